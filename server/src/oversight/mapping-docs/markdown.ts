// The same page as Markdown, for a repository or a hand-over. Pure.
import type { mappingDocumentationReply } from '@plumbline/contract';

type Page = (typeof mappingDocumentationReply)['_zod']['output'];

/** The page as Markdown; what a source wrote cannot break out of its cell. */
export function writeMarkdown(page: Page): string {
  return [
    `# ${page.source.name}: how its data is read`,
    '',
    `Source \`${page.source.slug}\`, mapping "${cell(page.name)}" version ${page.version}. ${cell(page.description)}`,
    '',
    `Rows are at ${page.rows.map((row) => `\`${row}\``).join(', then ')}; format ${page.format}${page.rowsAre === null ? '' : `; each row is a ${page.rowsAre}`}.`,
    '',
    '## Fields',
    '',
    '| field | read as | means | format | seen | samples (shapes) |',
    '|---|---|---|---|---|---|',
    ...page.fields.map(
      (field) =>
        `| ${field.paths.map((path) => `\`${cell(path)}\``).join(' else ')} | ${cell(field.role)}${field.rule === '' ? '' : ` (${cell(field.rule)})`} | ${cell(meaningOf(field))} | ${cell(field.format)} | ${field.seen} | ${cell(field.samples.join(', '))} |`,
    ),
    '',
    ...tablesOf(page),
    ...section(
      'Rows that are left out',
      page.ignored.map(
        (one) => `- **${cell(one.rule)}**: ${cell(one.detail)} (${one.reason}: ${cell(one.sentence)})`,
      ),
    ),
    ...section(
      'Settings',
      page.settings.map(
        (one) =>
          `- \`${one.name}\` (${one.type}${one.required ? ', required' : ''}) = ${one.value === null ? 'not set' : `\`${cell(one.value)}\``}: ${cell(one.description)}`,
      ),
    ),
    ...section(
      'Fields that are known and not read',
      page.knownFields.map((path) => `- \`${cell(path)}\``),
    ),
    ...section(
      'Feeds',
      page.feeds.map(
        (one) =>
          `- \`${one.name}\` (${one.kind})${one.own ? ': has a part of its own in the mapping' : ''}, ${one.rows} rows looked at`,
      ),
    ),
    '## Versions',
    '',
    ...page.versions.flatMap((one) => [
      `- **${one.version}**, ${one.createdAt}, ${cell(one.createdBy)}${one.reason === null ? '' : `: ${cell(one.reason)}`}`,
      ...one.changes.map((change) => `  - ${cell(change)}`),
    ]),
    '',
  ].join('\n');
}

function meaningOf(field: Page['fields'][number]): string {
  return [
    field.meaning,
    ...(field.currency === null ? [] : [`currency: ${field.currency}`]),
    ...(field.identifier === null ? [] : [`namespace: ${field.identifier}`]),
  ].join('; ');
}

function tablesOf(page: Page): string[] {
  return page.fields
    .filter((field) => field.codes.length > 0)
    .flatMap((field) => [
      `### Codes of ${cell(field.role)} (\`${cell(field.paths[0] ?? '')}\`)`,
      '',
      '| code | means |',
      '|---|---|',
      ...field.codes.map((one) => `| \`${cell(one.code)}\` | ${cell(one.meaning)} |`),
      '',
      `Else: ${field.otherwise ?? ''}.`,
      '',
    ]);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

function cell(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('`', "'");
}
