// docs/mutation.md, written from the kept results.
import { isCurrent, scoreOf } from './results.ts';
import type { FileResult, Results } from './results.ts';

const INTRODUCTION = `# What the unit tests would notice

\`npm run mutation\` makes small wrong changes in the code that decides about money, one at a time (\`<\` for \`<=\`, \`+\` for \`-\`, a condition
that is always true, a block that is left out), and runs the unit tests that reach it. A change that no test notices is a *survivor*.
The changes are those of StrykerJS; how they are judged, and what does not count, says \`server/test/mutation/README.md\`.

In scope are the pure files of the kernel that amounts stand on, and of commission, periods, qualification and ledger. Stores, views and
steps are not: they are held by tests on a real PostgreSQL, which are not run here, so the score says nothing about SQL and gives
nothing to a line that only such a test reaches. What the compiler refuses is no mutant. At least 85 % shall be noticed, in the whole and in each
room and each file of the kernel; where the table says less, tests are missing. Of a file with a star the figures are those of an earlier
source, or of earlier tests: it has changed since it was judged, and \`npm run mutation -- --write\` with its name judges it anew.

This page is written by \`npm run mutation -- --write\`.
`;

/** The whole page. */
export function renderPage(results: Results): string {
  const groups = Map.groupBy(Object.entries(results), ([path]) => roomOf(path));
  const whole = scoreOf(Object.values(results));
  return [
    INTRODUCTION,
    '## Score\n',
    '| room or file | mutants | noticed | score |',
    '|---|---:|---:|---:|',
    `| **all** | ${whole.mutants} | ${whole.killed} | **${percent(whole.percent)}** |`,
    ...[...groups].flatMap(([room, files]) => [
      row(`**${room}**`, scoreOf(files.map(([, result]) => result))),
      ...files
        .filter(([, { mutants }]) => mutants > 0)
        .map(([path, result]) =>
          row(`${nameOf(path)}${isCurrent(path, result) ? '' : ' \\*'}`, scoreOf([result])),
        ),
    ]),
    '\n## Survivors, and why they may live\n',
    ...Object.entries(results).flatMap(([path, result]) => survivorsOf(path, result)),
  ].join('\n');
}

export function roomOf(path: string): string {
  return path.replace(/^server\/src\//, '').replace(/\/[^/]+$/, '');
}

function nameOf(path: string): string {
  return `\`${path.slice(path.lastIndexOf('/') + 1)}\``;
}

function row(name: string, { mutants, killed, percent: score }: ReturnType<typeof scoreOf>): string {
  return `| ${name} | ${mutants} | ${killed} | ${percent(score)} |`;
}

/** Rounded down: 84.96 % is not 85 %. */
function percent(value: number): string {
  return `${(Math.floor(value * 10) / 10).toFixed(1)} %`;
}

function survivorsOf(path: string, { survivors }: FileResult): string[] {
  if (survivors.length === 0) return [];
  const byReason = Map.groupBy(survivors, ({ why }) => why);
  const open = byReason.get('')?.length ?? 0;
  byReason.delete('');
  return [
    `### \`${path.replace(/^server\/src\//, '')}\`\n`,
    ...[...byReason].flatMap(([why, list]) => [
      `${why}\n`,
      ...list.map(
        ({ line, code, becomes }) =>
          `- ${quote(code)} as ${quote(becomes)}${line.startsWith(code) ? '' : ` in ${quote(line)}`}`,
      ),
      '',
    ]),
    ...(open === 0 ? [] : [`Nobody has said yet why ${open} may live; \`results.json\` has them.\n`]),
  ];
}

function quote(code: string): string {
  return code === '' ? 'nothing' : code.includes('`') ? `\`\` ${code} \`\`` : `\`${code}\``;
}
