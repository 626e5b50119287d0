import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { StoredSignal } from './facts.ts';
import { proposeChange } from './propose.ts';
import type { Proposal } from './propose.ts';

/** A signal as the API shows it, with the change that answers it in the mapping in force. */
export function wireSignal(signal: StoredSignal, document: unknown, others: readonly string[]) {
  const proposal = proposeChange(document, signal, others);
  return {
    id: wireId('drf', signal.id),
    sourceId: wireId('src', signal.sourceId),
    source: signal.sourceSlug,
    feed: signal.feed,
    kind: signal.kind,
    path: signal.path,
    value: signal.value,
    record: signal.record,
    sentence: sentenceOf(signal),
    count: signal.count,
    samples: [...signal.samples],
    firstSeenAt: formatInstant(signal.firstSeenAt),
    lastSeenAt: formatInstant(signal.lastSeenAt),
    mappingVersion: signal.mappingVersion,
    state: signal.state,
    decidedBy: signal.decidedBy,
    decidedAt: signal.decidedAt === null ? null : formatInstant(signal.decidedAt),
    why: signal.why,
    proposal: wireProposal(proposal),
  };
}

function wireProposal({ words, edits, isGuess, isSettled }: Proposal) {
  return { words, edits: edits.map((edit) => ({ ...edit })), isGuess, isSettled };
}

function sentenceOf({ kind, path, value, record }: StoredSignal): string {
  const rows = record === '' ? 'rows' : `rows of ${record}`;
  switch (kind) {
    case 'new_field':
      return `${rows} carry the field ${path}, which nobody reads`;
    case 'missing_field':
      return `${path} came with nearly all ${rows}, and does not any more`;
    case 'retyped_field':
      return `${path} was nearly always of one type, and now also comes as ${value}`;
    case 'unseen_code':
      return `${path} says "${value}", which has no meaning in the mapping`;
  }
}
