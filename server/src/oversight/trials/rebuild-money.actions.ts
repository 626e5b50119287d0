// The commission of the customers whom changed events touch, before and after.
import { eventIdOf, identifierIdOf } from '../../kernel/derived-ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { hashOf } from '../../pipeline/intake/index.ts';
import { namedCustomer } from '../../pipeline/identity/index.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/index.ts';
import type { ProgramSnapshot, SourceSnapshot } from '../../registry/facts.ts';
import { identifiersOf, loadEvents, loadSources, rebuildBoth } from '../preview/index.ts';
import type { BothBooks } from '../preview/index.ts';
import type { RebuiltEvent } from '../verify/index.ts';
import type { EventDifference } from './facts.ts';
import { TRIAL_LIMITS } from './limits.ts';

export interface RebuiltMoney extends BothBooks {
  readonly isComplete: boolean;
}

interface Asked {
  readonly program: ProgramSnapshot;
  readonly sourceId: string;
  readonly differences: readonly EventDifference[];
  readonly onProgress: (stage: string, done: number, total: number) => Promise<void>;
}

/** Rebuilds everyone whom the changed events touch: who owns them, who claims what they name, and who would. */
export async function rebuildMoney(tx: Tx, asked: Asked): Promise<RebuiltMoney> {
  const { program, differences, onProgress } = asked;
  const source = (await loadSources(tx)).get(asked.sourceId);
  if (source === undefined || differences.length === 0)
    return {
      before: new Map(),
      after: new Map(),
      customers: { looked: 0, changed: 0 },
      events: { looked: 0, changed: 0 },
      isComplete: true,
      cut: [],
    };
  const identifierIds = new Set(
    differences.flatMap(({ before, after }) =>
      [before, after].flatMap((content) => (content === undefined ? [] : identifiersOf(program.id, content))),
    ),
  );
  const eventIds = differences.map((one) => one.eventId);
  const books = await rebuildBoth(tx, {
    program,
    customerIds: await listOwners(tx, { program, source, differences, eventIds }),
    identifierIds: [...identifierIds],
    eventIds,
    limits: TRIAL_LIMITS,
    onProgress,
    change: (evidence) => ({ ...evidence, events: changedOf(evidence.events, source, differences) }),
  });
  return { ...books, isComplete: books.cut.length === 0 };
}

/** Who has these events, and who would. Who claims their identifiers is found by the preview. */
async function listOwners(
  tx: Tx,
  asked: {
    readonly program: ProgramSnapshot;
    readonly source: SourceSnapshot;
    readonly differences: readonly EventDifference[];
    readonly eventIds: readonly string[];
  },
): Promise<string[]> {
  const owners: string[] = [];
  for (let start = 0; start < asked.eventIds.length; start += EVENTS_PER_PAGE)
    for (const event of await loadEvents(tx, asked.eventIds.slice(start, start + EVENTS_PER_PAGE)))
      if (event.customer_id !== null) owners.push(event.customer_id);
  const named = asked.differences.flatMap(({ after }) =>
    after === undefined
      ? []
      : (namedCustomer({ programId: asked.program.id, registrar: asked.source.registrar, content: after }) ??
        []),
  );
  return [...new Set([...owners, ...named])];
}

const EVENTS_PER_PAGE = 5_000;

function changedOf(
  events: ReadonlyMap<string, RebuiltEvent>,
  source: SourceSnapshot,
  differences: readonly EventDifference[],
): Map<string, RebuiltEvent> {
  const changed = new Map(events);
  for (const { eventId, after } of differences) {
    if (after === undefined) changed.delete(eventId);
    else changed.set(eventId, eventAfter(after, source, changed.get(eventId)));
  }
  return changed;
}

function eventAfter(
  content: CanonicalEvent,
  source: SourceSnapshot,
  known: RebuiltEvent | undefined,
): RebuiltEvent {
  const first = content.identifiers[0];
  const at = instantFromIso(content.occurredAt);
  const { recordType, externalId, part } = content;
  return {
    eventId: known?.eventId ?? eventIdOf({ sourceId: source.id, recordType, externalId, part }),
    source,
    kind: content.kind,
    hash: hashOf(content),
    order: known?.order ?? null,
    content: JSON.stringify(content),
    occurredAt: at,
    receivedAt: known?.receivedAt ?? at,
    identifierId: first === undefined ? '' : identifierIdOf(source.programId, first.namespace, first.value),
    mappingVersion: known?.mappingVersion ?? 0,
    covers: null,
    others: [],
    at: '',
    disposition: undefined,
    revision: (known?.revision ?? 0) + 1,
  };
}
