import { accept, refuse } from '../../../kernel/outcome.ts';
import type { Outcome } from '../../../kernel/outcome.ts';
import type { Part } from './facts.ts';

const PLAIN = [
  'body',
  'method',
  'url',
  'path',
  'query',
  'timestamp',
  'nonce',
  'sortedBody',
  'crc32',
  'secret',
] as const;

/** Reads a template such as `{timestamp}.{body}`. Refuses (`bad_value`) a place that nobody knows. */
export function parseTemplate(template: string): Outcome<Part[]> {
  const parts: Part[] = [];
  let at = 0;
  for (const found of template.matchAll(/\{([^{}]*)\}/g)) {
    if (found.index > at) parts.push({ place: 'literal', text: template.slice(at, found.index) });
    const part = partOf(found[1] ?? '');
    if (part === undefined)
      return refuse(
        'bad_value',
        `there is no place {${found[1] ?? ''}}; known are ${PLAIN.map((name) => `{${name}}`).join(', ')}, {header:Name} and {field:a.b}`,
      );
    parts.push(part);
    at = found.index + found[0].length;
  }
  if (at < template.length) parts.push({ place: 'literal', text: template.slice(at) });
  return accept(parts);
}

function partOf(name: string): Part | undefined {
  const plain = PLAIN.find((one) => one === name);
  if (plain !== undefined) return { place: plain };
  if (name.startsWith('header:') && name.length > 7)
    return { place: 'header', name: name.slice(7).toLowerCase() };
  if (name.startsWith('field:') && name.length > 6) return { place: 'field', path: name.slice(6) };
  return undefined;
}
