import { DEAL_SCHEMA } from '../../src/registry/deals/deal-schema.ts';
import { describeDeal } from '../../src/registry/deals/describe.ts';
import { forexPreset } from '../../src/registry/deals/preset.ts';

/** A JSON Schema, as far as DEAL_SCHEMA uses the language. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** The page docs/deal-document.md, made from the schema that the API serves and from the preset. */
export function renderDealPage(): string {
  const schema = DEAL_SCHEMA as Schema;
  const components = schema.properties?.['components']?.items?.oneOf ?? [];
  const preset = forexPreset({ currency: 'USD' });
  return [
    '# The deal document',
    '',
    '<!-- Made from the schema by server/test/docs/deal-page.ts. Do not edit: change the schema, then run',
    '     UPDATE_DOCS=1 npx vitest run server/test/docs -->',
    '',
    schema.description ?? '',
    'A document is written once and is never edited; a new version takes effect at its own instant. Unknown keys are refused, and every',
    'problem of a document is named at once with its place. `/v1/schemas/deal` serves this as JSON Schema.',
    '',
    '    npx plumbline deal create deal.json --program prg_... --partner prt_... --from 2026-03-01T00:00:00Z',
    '    npx plumbline deal describe del_...       # the same terms in plain words',
    '',
    ...renderObject('The document', schema),
    ...components.flatMap((component) => renderComponent(component)),
    '## The forex preset',
    '',
    'A forex program starts with this default deal, unless it is made with `"preset": false`. The figures are examples.',
    '',
    '```json',
    renderPreset(preset),
    '```',
    '',
    'In plain words:',
    '',
    ...describeDeal(preset).map((sentence) => `- ${sentence}`),
    '',
  ].join('\n');
}

/** One line per field of a component: long enough to read, short enough for a page. */
function renderPreset({ components, ...rest }: ReturnType<typeof forexPreset>): string {
  const lines = (value: object, indent: string): string[] =>
    Object.entries(value).map(([key, item]) => `${indent}${JSON.stringify(key)}: ${JSON.stringify(item)}`);
  const parts = components.map((component) => `    {\n${lines(component, '      ').join(',\n')}\n    }`);
  return `{\n${lines(rest, '  ').join(',\n')},\n  "components": [\n${parts.join(',\n')}\n  ]\n}`;
}

function renderComponent(component: Schema): string[] {
  const kind = String(component.properties?.['kind']?.const);
  return renderObject(`Component \`${kind}\``, component);
}

/** A heading, a table of the fields, and a table for each object inside. */
function renderObject(title: string, schema: Schema): string[] {
  const inner: [string, Schema, boolean][] = [];
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const deeper = field.type === 'array' ? field.items : field;
    if (deeper?.properties !== undefined) inner.push([name, deeper, field.type === 'array']);
    const needed = schema.required?.includes(name) === true ? 'needed' : sayDefault(field);
    return `| \`${name}\` | ${sayType(field)} | ${needed} | ${sayDescription(field)} |`;
  });
  const table = ['| field | type | default | meaning |', '|---|---|---|---|', ...rows, ''];
  const about = title.startsWith('Component') ? [schema.description ?? '', ''] : [];
  return [
    `## ${title}`,
    '',
    ...about,
    ...table,
    ...inner.flatMap(([name, object, isList]) => renderInner(name, object, isList)),
  ];
}

function renderInner(name: string, schema: Schema, isList: boolean): string[] {
  const rows = Object.entries(schema.properties ?? {}).map(([field, value]) => {
    const needed = schema.required?.includes(field) === true ? 'needed' : sayDefault(value);
    return `| \`${field}\` | ${sayType(value)} | ${needed} | ${sayDescription(value)} |`;
  });
  return [
    `\`${name}\`${isList ? ', each row' : ''}:`,
    '',
    '| field | type | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ];
}

function sayDefault(schema: Schema): string {
  return schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``;
}

function sayDescription(schema: Schema): string {
  const inner = schema.anyOf?.find((option) => option.description !== undefined)?.description;
  return [inner, schema.description]
    .filter((text) => text !== undefined)
    .join(' ')
    .replaceAll('|', '\\|');
}

function sayType(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(sayType).join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (schema.type === 'integer') return `whole number, ${schema.minimum ?? 0} to ${schema.maximum ?? ''}`;
  if (schema.type === 'array') return 'list';
  if (schema.type === 'string') return 'text';
  return schema.type ?? '';
}
