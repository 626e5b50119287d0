import { packDeliveryId, wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import type { DeliveryRow, EventRow, QuarantineRow, Standing } from './facts.ts';

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
    content: row.content,
  };
}

export function wireDelivery(row: DeliveryRow) {
  return {
    id: packDeliveryId({ lane: row.lane, chunkId: row.id, item: row.item }),
    sourceId: wireId('src', row.source_id),
    feed: row.feed,
    receivedAt: formatInstant(row.received_at),
    contentType: row.content_type,
    bytes: row.bytes,
    mappingVersion: row.mapping_version,
    items: row.results.map((item) => ({
      disposition: item.d,
      reason: item.r ?? null,
      detail: item.x ?? null,
      path: item.p ?? null,
      eventId: item.e === undefined ? null : wireId('evt', item.e),
    })),
  };
}

export function wireQuarantine(row: QuarantineRow) {
  return {
    deliveryId: packDeliveryId({ lane: row.lane, chunkId: row.chunk_id, item: row.chunk_item }),
    sourceId: wireId('src', row.source_id),
    path: row.path,
    row: row.row_no,
    reason: row.reason,
    sentence: isReasonCode(row.reason) ? reasonSentence(row.reason, 'operator') : row.detail,
    detail: row.detail,
    state: row.state,
    receivedAt: formatInstant(row.received_at),
  };
}
