// Rows where they were found in a delivery: what tables, forms and JSON have in common.
import type { JsonObject } from '../../kernel/json.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { MappedItem } from './facts.ts';

export interface LocatedRow {
  /** Path inside the delivery. */
  path: string;
  /** Undefined when what stands there is no object. */
  row: JsonObject | undefined;
  /** The objects that enclose the row, from the inside out. */
  parents?: readonly JsonObject[];
  /** Name of a form or query parameter that is given twice with different values. */
  contradiction?: string;
  /** What became of the row already: a line of a table that no rule may see. */
  settled?: MappedItem;
}

export type LocatedRows =
  | { outcome: 'rows'; rows: LocatedRow[]; duplicateKeys: boolean }
  | { outcome: 'empty'; reason: ReasonCode; detail: string }
  | { outcome: 'refused'; reason: ReasonCode; detail: string; path: string };
