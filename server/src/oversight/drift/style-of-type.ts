import { pointerOf } from '../../pipeline/mapping/index.ts';
import type { FieldReading, MappingEdit } from '../../pipeline/mapping/index.ts';

/** How a field that now comes as another type may be read too; undefined when there is nothing to guess. */
export function guessStyleOfType(reading: FieldReading, type: string): MappingEdit | undefined {
  const spec =
    typeof reading.spec === 'object' && reading.spec !== null
      ? (reading.spec as Readonly<Record<string, unknown>>)
      : { path: reading.paths.length === 1 ? reading.paths[0] : reading.paths };
  const replace = (value: object): MappingEdit => ({ op: 'replace', path: pointerOf(reading.at), value });
  if (reading.type === 'number' && type === 'text') return replace({ ...spec, decimal: ',' });
  if (reading.type !== 'time') return undefined;
  const format = type === 'time' ? 'iso' : type === 'number' || type === 'digits' ? 'epoch' : undefined;
  const formats: unknown[] = Array.isArray(spec['format']) ? spec['format'] : [spec['format']];
  return format === undefined || formats.includes(format)
    ? undefined
    : replace({ ...spec, format: [...formats, format] });
}
