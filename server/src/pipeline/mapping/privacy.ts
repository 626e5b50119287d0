// The part of a mapping that says what of a body may be stored. The door does the dropping (pipeline/intake).
import type { Compilation } from './document.ts';
import type { PrivacySpec } from './language.ts';
import { parseRowsPlace } from './rows-place.ts';

/** When the document says nothing, all but what is always dropped is kept. */
export function compilePrivacy(c: Compilation, node: unknown): PrivacySpec {
  const spec = node === undefined ? {} : (c.object(node, '$.privacy', ['mode', 'keep', 'drop']) ?? {});
  const mode =
    spec['mode'] === undefined
      ? 'dropListed'
      : c.choice(spec['mode'], '$.privacy.mode', ['dropListed', 'keepRead'] as const);
  return {
    mode: mode ?? 'dropListed',
    keep: fieldsOf(c, spec['keep'], '$.privacy.keep'),
    drop: fieldsOf(c, spec['drop'], '$.privacy.drop'),
  };
}

function fieldsOf(c: Compilation, node: unknown, at: string): readonly string[] {
  if (node === undefined) return [];
  const fields = c.texts(node, at) ?? [];
  fields.forEach((text, index) => {
    if (text === '$' || parseRowsPlace(text) === undefined)
      c.fail(`${at}[${index}]`, `"${text.slice(0, 100)}" does not name fields`, 'write a.b or items[*].sku');
  });
  return fields;
}
