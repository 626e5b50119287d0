import { packCommissionId, wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { BookedItem } from './facts.ts';

export const CSV_HEADER =
  'commission,component,earned_at,period,booked_at,amount,currency,state,level,customer,event,natural_key';

/** One booked difference as a line of CSV (RFC 4180, without the line end). No column can begin a formula: ids and numbers only, names are quoted. */
export function csvLine(row: BookedItem): string {
  const { item, currency } = row;
  const cells = [
    packCommissionId({ lane: row.lane, hopId: row.hop_id, row: row.row_no, item: row.position }),
    row.component,
    item.t,
    item.p?.slice(0, 7) ?? '',
    formatInstant(row.booked_at),
    formatMoney({ amountMinor: BigInt(item.a), currency }),
    currency,
    row.paid ? 'paid' : row.approved ? 'approved' : 'held',
    String(item.l),
    item.c === undefined ? '' : wireId('cus', item.c),
    item.e === undefined ? '' : wireId('evt', item.e),
    item.k,
  ];
  return cells.map(csvCell).join(',');
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
