import type { Row } from './facts.ts';

export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly settings: string;
  readonly load: string;
  readonly seconds: number;
  readonly rows: readonly Row[];
}

const COLUMNS = [
  ['work', 'work'],
  ['ours', 'Plumbline'],
  ['yardstick', 'yardstick'],
  ['ratio', 'ratio'],
  ['target', 'target'],
  ['standing', 'standing'],
  ['writes', 'row writes per event'],
  ['wal', 'WAL bytes per event'],
  ['memory', 'memory, highest'],
] as const;

/** The table for a terminal: one block per line of work, because nine columns are wider than a screen. */
export function printReport(report: Report): string {
  const blocks = report.rows.map((row) => {
    const lines = COLUMNS.slice(1).map(([key, title]) => `  ${title.padEnd(21)} ${row[key]}`);
    return [row.work, ...lines, ...row.notes.map((note) => `  . ${note}`)].join('\n');
  });
  return [headOf(report), ...blocks].join('\n\n');
}

function headOf(report: Report): string {
  return `${report.date}, ${report.machine}\n${report.settings}\nload average before the first measurement ${report.load}; ${report.seconds} s per load`;
}

/** The same as Markdown, for RESULTS.md. */
export function writeReport(report: Report): string {
  const head = `| ${COLUMNS.map(([, title]) => title).join(' | ')} |\n|${COLUMNS.map(() => '---').join('|')}|`;
  const rows = report.rows.map((row) => `| ${COLUMNS.map(([key]) => row[key]).join(' | ')} |`);
  const notes = report.rows.flatMap((row) => [
    `- **${row.work}**`,
    ...row.notes.map((note) => `  - ${note}`),
  ]);
  return [
    '# Results of the last whole run',
    '',
    'Written by `npm run bench`. Figures of wall clock carry about 20 % on a shared machine; ratios are against the yardstick in the same run.',
    '',
    `- ${report.date}`,
    `- ${report.machine}`,
    `- ${report.settings}`,
    `- load average before the first measurement ${report.load}; ${report.seconds} s per load`,
    '',
    head,
    ...rows,
    '',
    ...notes,
    '',
  ].join('\n');
}
