// Which canonical fields a feed tells: where several feeds tell one record, each field comes from a feed that covers it.
import { EXECUTION_FIELDS, LINK_FIELDS, PAYOUT_FIELDS, TOLD_FIELDS } from './canonical-fields.ts';
import type { Compilation } from './document.ts';

const FIELDS: ReadonlySet<string> = new Set([
  ...TOLD_FIELDS,
  ...EXECUTION_FIELDS.map((field) => `execution.${field}`),
  ...LINK_FIELDS.map((field) => `link.${field}`),
  ...PAYOUT_FIELDS.map((field) => `payout.${field}`),
]);

/** The fields that `covers` names; null: all of them. */
export function compileCovers(c: Compilation, node: unknown, at: string): readonly string[] | null {
  if (node === undefined) return null;
  const names = c.texts(node, at) ?? [];
  names.forEach((name, index) => {
    if (!FIELDS.has(name) && !/^(?:measures|extra)\.[^.\s]{1,60}$/.test(name))
      c.fail(
        `${at}[${index}]`,
        `"${name.slice(0, 60)}" is no field of an event`,
        'use names such as amount, status, execution.commission, measures.ggr',
      );
  });
  return [...new Set(names)];
}
