import { packDeliveryId, packQuarantineId, wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import type { MappedItem, Remedy } from '../../pipeline/mapping/index.ts';
import type { QuarantineGroupRow, QuarantineRow } from './facts.ts';

export function wireQuarantine(row: QuarantineRow) {
  return {
    id: packQuarantineId(row),
    deliveryId: packDeliveryId({ lane: row.lane, chunkId: row.chunk_id, item: row.chunk_item }),
    sourceId: wireId('src', row.source_id),
    source: row.source_slug,
    feed: row.feed,
    path: row.path,
    row: row.row_no,
    reason: row.reason,
    sentence: sentenceOf(row),
    detail: row.detail,
    state: row.state,
    receivedAt: formatInstant(row.received_at),
    settledAt: row.settled_at === null ? null : formatInstant(row.settled_at),
    settledBy: row.settled_by,
    note: row.note,
  };
}

export function wireGroup(group: QuarantineGroupRow, remedy: Remedy) {
  return {
    sourceId: wireId('src', group.source_id),
    source: group.source_slug,
    reason: group.reason,
    path: group.path,
    detail: group.detail,
    count: group.count,
    title: `${group.count} ${group.count === 1 ? 'item' : 'items'}: ${group.reason.replaceAll('_', ' ')}${group.detail === '' ? '' : `, ${group.detail}`}`,
    sentence: sentenceOf(group),
    oldestAt: formatInstant(group.oldest_at),
    newestAt: formatInstant(group.newest_at),
    sampleId: packQuarantineId({ lane: group.sample_lane, id: group.sample_id }),
    remedy: wireRemedy(remedy),
  };
}

export function wireRemedy({ words, edits, isGuess }: Remedy) {
  return { words, edits: edits.map((edit) => ({ ...edit })), isGuess };
}

/** What an item would become. */
export function wireOutcome(item: MappedItem) {
  const none = {
    reason: null,
    detail: null,
    kind: null,
    externalId: null,
    amount: null,
    currency: null,
    occurredAt: null,
  };
  if (item.outcome !== 'event')
    return { ...none, outcome: item.outcome, path: item.path, reason: item.reason, detail: item.detail };
  const { kind, externalId, amount, currency, occurredAt } = item.event;
  return {
    ...none,
    outcome: 'event' as const,
    path: item.path,
    kind,
    externalId,
    amount: amount ?? null,
    currency: currency ?? null,
    occurredAt,
  };
}

function sentenceOf({ reason, detail }: { reason: string; detail: string }): string {
  return isReasonCode(reason) ? reasonSentence(reason, 'operator') : detail;
}
