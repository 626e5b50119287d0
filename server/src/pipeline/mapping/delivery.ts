// Runs a compiled mapping over the rows of a delivery.
import type { SeverityRules, RowCheck } from './checks.ts';
import type { RowMapper } from './compile-rules.ts';
import type { Opener } from './embedded.ts';
import type { MappedDelivery, MappedItem } from './facts.ts';
import { UnknownFields } from './known-fields.ts';
import type { KnownField } from './known-fields.ts';
import type { MappingFormat } from './language.ts';
import type { ReadField } from './reads.ts';
import { RowScope } from './row.ts';
import type { LocatedRow, LocatedRows } from './located.ts';
import type { RowsReader } from './rows.ts';
import type { TableFormat } from './table.ts';

/** One way to read deliveries: that of the document, or that of one feed. */
export interface Variant {
  readonly format: MappingFormat;
  readonly readRows: RowsReader;
  readonly run: RowMapper;
  readonly open: Opener | undefined;
  readonly check: RowCheck | undefined;
  readonly severity: SeverityRules;
  readonly known: KnownField;
  readonly table: TableFormat | undefined;
  readonly covers: readonly string[] | null;
  readonly rowsAre: 'snapshot' | 'delta' | undefined;
  readonly reads: readonly ReadField[];
  readonly bodyPaths: readonly string[];
}

/** One delivery: every row has at least one item, in order. */
export function mapDelivery(variant: Variant, located: LocatedRows, receivedAt: number): MappedDelivery {
  if (located.outcome !== 'rows') return located;
  const items: MappedItem[] = [];
  const unknown = new UnknownFields();
  const how = { receivedAt, duplicateKeys: located.duplicateKeys };
  const { rows } = located;
  for (let index = 0; index < rows.length; index += 1) {
    const row = openRow(variant, rows[index] as LocatedRow);
    mapOpened(variant, row, how, items);
    if (row.row !== undefined) unknown.look(row.row, variant.known, index);
  }
  if (variant.rowsAre === 'delta') refuseRepeatedKeys(items);
  return unknown.count === 0
    ? { outcome: 'items', items, unknownFields: 0 }
    : { outcome: 'items', items, unknownFields: unknown.count, unknown: unknown.list() };
}

interface How {
  readonly receivedAt: number;
  readonly duplicateKeys: boolean;
}

/** Adds what became of one row. */
export function mapLocated(variant: Variant, located: LocatedRow, how: How, items: MappedItem[]): void {
  mapOpened(variant, openRow(variant, located), how, items);
}

function openRow(variant: Variant, located: LocatedRow): LocatedRow {
  if (variant.open === undefined || located.row === undefined) return located;
  return { ...located, row: variant.open(located.row) };
}

function mapOpened(variant: Variant, located: LocatedRow, how: How, items: MappedItem[]): void {
  const { severity } = variant;
  const before = items.length;
  runRow(variant, located, how, items);
  if (severity.refused.size === 0) return;
  for (let index = before; index < items.length; index += 1) {
    const item = items[index] as MappedItem;
    if (item.outcome === 'quarantined' && severity.refused.has(item.reason))
      items[index] = { ...item, outcome: 'refused' };
  }
}

function runRow(variant: Variant, located: LocatedRow, how: How, items: MappedItem[]): void {
  const { path, row, contradiction } = located;
  if (located.settled !== undefined) {
    items.push(located.settled);
    return;
  }
  if (row === undefined) {
    items.push({ outcome: 'quarantined', path, reason: 'bad_format', detail: 'a row must be an object' });
    return;
  }
  if (contradiction !== undefined) {
    const detail = `the parameter ${contradiction} is given twice with different values`;
    items.push({ outcome: 'quarantined', path, reason: 'contradicting_fields', detail });
    return;
  }
  const scope = new RowScope(row, how.receivedAt, located.parents, variant.severity.soft);
  if (how.duplicateKeys)
    scope.warn('duplicate_json_keys', 'an object of the delivery names a key twice; the last one was taken');
  const found = variant.check?.(scope, path);
  if (found !== undefined) items.push(found);
  else variant.run(scope, path, items);
}

/** Rows of a delta add up, so two of them with one key would be one: the later would replace the earlier, and its money be lost. */
function refuseRepeatedKeys(items: MappedItem[]): void {
  const seen = new Map<string, string>();
  for (const [index, item] of items.entries()) {
    if (item.outcome !== 'event') continue;
    const { recordType, externalId, part } = item.event;
    const key = `${recordType}\n${externalId}\n${part}`;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, item.path);
      continue;
    }
    items[index] = {
      outcome: 'quarantined',
      path: item.path,
      reason: 'missing_key',
      detail: `the rows are a delta, and this one has the key of ${first} (${externalId.slice(0, 60)}): add to externalId what tells them apart`,
    };
  }
}
