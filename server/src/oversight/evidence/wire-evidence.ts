import { packDeliveryId, wireId } from '../../kernel/ids.ts';
import { identifierIdOf } from '../../kernel/derived-ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import { DROP_SENTENCES, PIXEL_MARK } from '../../pipeline/intake/facts.ts';
import type { DeliveryDetailRow, DeliveryRow, EventRow, Standing } from './facts.ts';

export function wireEvent(row: EventRow, standing: Standing | undefined) {
  return {
    id: wireId('evt', row.id),
    programId: wireId('prg', row.program_id),
    source: row.source_slug,
    recordType: row.record_type,
    externalId: row.external_id,
    part: row.part,
    kind: row.kind,
    occurredAt: formatInstant(row.occurred_at),
    receivedAt: formatInstant(row.received_at),
    revision: row.revision,
    mappingVersion: row.mapping_version,
    customerId: row.customer_id === null ? null : wireId('cus', row.customer_id),
    deliveryId: packDeliveryId({ lane: row.chunk_lane, chunkId: row.chunk_id, item: row.chunk_item }),
    state: standing?.state ?? ('moving' as const),
    reason: standing?.reason ?? null,
    viaPixel: (row.content['extra'] as Record<string, unknown> | undefined)?.[PIXEL_MARK] === 'true',
    content: row.content,
  };
}

/** What was taken out of a delivery at the door. */
export function wireDropped({ path, why, count }: NonNullable<DeliveryDetailRow['dropped']>[number]) {
  return { path, why, sentence: DROP_SENTENCES[why], count: count ?? 1 };
}

export function wireDelivery(row: DeliveryRow) {
  return {
    id: packDeliveryId({ lane: row.lane, chunkId: row.id, item: row.item }),
    sourceId: wireId('src', row.source_id),
    feed: row.feed,
    receivedAt: formatInstant(row.received_at),
    contentType: row.content_type,
    bytes: row.bytes,
    ...(row.origin === null
      ? {}
      : {
          originId: packDeliveryId({ lane: row.origin.l, chunkId: row.origin.c, item: row.origin.i }),
        }),
    mappingVersion: row.mapping_version,
    items: row.results.map((item) => ({
      disposition: item.d,
      reason: item.r ?? null,
      detail: item.x ?? null,
      path: item.p ?? null,
      eventId: item.e === undefined ? null : wireId('evt', item.e),
      warnings: (item.n ?? []).map((code) => ({ code, sentence: sentenceOf(code) })),
    })),
  };
}

/** An event with its history and what its reason means. */
export function wireEventDetail(
  row: EventRow,
  standing: Standing | undefined,
  revisions: readonly StoredRevision[],
) {
  const reason = standing?.reason ?? null;
  return {
    ...wireEvent(row, standing),
    sentence: reason === null ? null : sentenceOf(reason),
    identifier: resolvingIdentifier(row),
    revisions: revisions.map((one) => ({
      revision: one.revision,
      effective: one.effective,
      content: one.content,
      mappingVersion: one.mapping_version,
      deliveryId: packDeliveryId({ lane: one.chunk_lane, chunkId: one.chunk_id, item: one.chunk_item }),
      recordedAt: formatInstant(one.recorded_at),
    })),
  };
}

interface StoredRevision {
  readonly revision: number;
  readonly effective: boolean;
  readonly content: Record<string, unknown>;
  readonly mapping_version: number;
  readonly chunk_lane: number;
  readonly chunk_id: string;
  readonly chunk_item: number;
  readonly recorded_at: Instant;
}

/** The identifier of the content whose id the event names as the one that resolves it. */
function resolvingIdentifier(row: EventRow): { namespace: string; value: string } | null {
  const identifiers = (row.content['identifiers'] ?? []) as readonly { namespace: string; value: string }[];
  return (
    identifiers.find(
      (one) => identifierIdOf(row.program_id, one.namespace, one.value) === row.identifier_id,
    ) ?? null
  );
}

/** What the reason means; the code itself where nothing is written about it. */
function sentenceOf(reason: string): string {
  return isReasonCode(reason) ? reasonSentence(reason, 'operator') : reason;
}

export function wireParked(row: {
  readonly program_id: string;
  readonly namespace: string;
  readonly value: string;
  readonly events: number;
  readonly reason: string;
  readonly oldest_at: Instant;
  readonly newest_at: Instant;
}) {
  return {
    programId: wireId('prg', row.program_id),
    namespace: row.namespace,
    value: row.value,
    events: row.events,
    reason: row.reason,
    sentence: sentenceOf(row.reason),
    oldestAt: formatInstant(row.oldest_at),
    newestAt: formatInstant(row.newest_at),
  };
}
