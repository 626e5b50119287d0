// The answers of the doors, as they stand on the wire.
import type { DeliveryReply, EventReply, ItemReply } from '@plumbline/contract';
import { packDeliveryId, wireId } from '../../kernel/ids.ts';
import type { DeliveryRef, Disposition, ItemResult } from './facts.ts';

/** Dispositions that leave the item outside: the sender should look at it. */
const LEFT_OUTSIDE: readonly Disposition[] = ['quarantined', 'refused'];

export function isTaken(result: ItemResult): boolean {
  return !LEFT_OUTSIDE.includes(result.disposition);
}

export function deliveryIdOf(ref: DeliveryRef): string {
  return packDeliveryId({ lane: ref.lane, chunkId: ref.chunkId, item: ref.item });
}

type WireItem = Omit<ItemReply, 'index' | 'path'>;

/** Member by member, as storedOf. */
function wireItem({
  disposition,
  reason,
  detail,
  eventId,
  effective,
  original,
  warnings,
}: ItemResult): WireItem {
  const item: { -readonly [Name in keyof WireItem]: WireItem[Name] } = { disposition };
  if (reason !== undefined) item.reason = reason;
  if (detail !== undefined) item.detail = detail;
  if (eventId !== undefined) item.eventId = wireId('evt', eventId);
  if (effective !== undefined) item.effective = effective;
  if (original !== undefined) item.originalDeliveryId = deliveryIdOf(original);
  if (warnings !== undefined) item.warnings = warnings.map((warning) => ({ ...warning }));
  return item;
}

/** The answer to one event. */
export function eventReplyOf(result: ItemResult, delivery: DeliveryRef): EventReply {
  return { ...wireItem(result), deliveryId: deliveryIdOf(delivery) };
}

/** The answer to a delivery of many items. */
export function deliveryReplyOf(
  results: readonly ItemResult[],
  deliveries: readonly { ref: DeliveryRef; source: string }[],
): DeliveryReply {
  const counts: Partial<Record<Disposition, number>> = {};
  for (const { disposition } of results) counts[disposition] = (counts[disposition] ?? 0) + 1;
  return {
    deliveries: deliveries.map(({ ref, source }) => ({ id: deliveryIdOf(ref), source })),
    counts,
    items: results.map((result, index) => ({ index, path: result.path, ...wireItem(result) })),
  };
}

/** The answer of an old-fashioned postback: a word that a person can read in a log. */
export function legacyText(results: readonly ItemResult[]): string {
  return results.length === 0
    ? 'OK'
    : results
        .map(
          ({ disposition, reason }) =>
            `${isTaken({ disposition, path: '' }) ? 'OK' : 'NOTED'} ${disposition}${reason === undefined ? '' : ` ${reason}`}`,
        )
        .join('\n');
}
