// A quarantined item beside the delivery that it came in: the row it stands in, the field at which it failed, and what to do. Pure.
import {
  compileMapping,
  findTroubledField,
  listLeafTexts,
  suggestRemedy,
} from '../../pipeline/mapping/index.ts';
import type {
  CompiledMapping,
  LocatedRow,
  MappedItem,
  Remedy,
  SourceSettings,
} from '../../pipeline/mapping/index.ts';

export interface TroubledItem {
  readonly reason: string;
  readonly detail: string;
  readonly path: string;
}

export interface LookedAgain {
  readonly field: { readonly path: string; readonly value: string | undefined } | undefined;
  readonly fields: ReadonlyMap<string, string>;
  readonly remedy: Remedy;
}

export interface ReadableDelivery {
  readonly feed: string;
  readonly contentType: string;
  readonly query: string;
  readonly receivedAt: number;
  readonly body: Uint8Array | null;
}

/** What the mapping in force makes of the trouble of one item. A mapping that does not compile suggests from the words alone. */
export function lookAgain(
  item: TroubledItem,
  delivery: ReadableDelivery | undefined,
  mapping: { readonly document: unknown; readonly settings: SourceSettings },
): LookedAgain {
  const fields =
    delivery === undefined ? new Map<string, string>() : fieldsOfRow(item.path, delivery, mapping);
  const trouble = { ...item, document: mapping.document, feed: delivery?.feed ?? null, fields };
  return { field: findTroubledField(trouble), fields, remedy: suggestRemedy(trouble) };
}

function fieldsOfRow(
  path: string,
  delivery: ReadableDelivery,
  mapping: { readonly document: unknown; readonly settings: SourceSettings },
): ReadonlyMap<string, string> {
  try {
    const row = findRow(path, delivery, compileMapping(mapping.document, mapping.settings))?.row;
    return row === undefined ? new Map() : listLeafTexts(row);
  } catch {
    return new Map();
  }
}

/** The row of a delivery in which an item stood, as a mapping finds it now. */
export function findRow(
  path: string,
  delivery: ReadableDelivery,
  mapping: Pick<CompiledMapping, 'rows'>,
): LocatedRow | undefined {
  const { feed, contentType, receivedAt, body } = delivery;
  if (body === null) return undefined;
  const query = [...new URLSearchParams(delivery.query)];
  const located = mapping.rows({ feed, contentType, receivedAt, body, query });
  if (located.outcome !== 'rows') return undefined;
  return located.rows
    .filter((one) => isInRow(path, one.path))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}

/** `$.a[3].status` stands in the row `$.a[3]`, and not in `$.a[31]`. */
function isInRow(path: string, row: string): boolean {
  return path === row || (path.startsWith(row) && /^[.#[]/.test(path.slice(row.length)));
}

/** What a row became when its delivery was read again; all items of the delivery where the row cannot be found any more. */
export function itemsOfRow(
  items: readonly MappedItem[],
  row: LocatedRow | undefined,
  path: string,
): MappedItem[] {
  if (row !== undefined) return items.filter((item) => isInRow(item.path, row.path));
  const same = items.filter((item) => item.path === path);
  return same.length > 0 ? same : [...items];
}
