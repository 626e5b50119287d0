import type { Command } from 'commander';
import type { Finding } from '../platform/doctor/index.ts';
import { readSettings } from './settings.ts';

const MARKS = { ok: '✓', wrong: '✗', unknown: '–' } as const;

/** `plumbline doctor`: says what is wrong and what to do. Changes nothing; exit code 1 when something is wrong. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('say what is wrong on this machine, and what to do about it')
    .action(async () => {
      const findings = await examineAll();
      await printFindings(findings);
      const wrongs = findings.filter((finding) => finding.state === 'wrong').length;
      console.log(wrongs === 0 ? 'Nothing is wrong.' : `${wrongs} to put right.`);
      process.exitCode = wrongs === 0 ? 0 : 1;
    });
}

async function examineAll(): Promise<Finding[]> {
  const { examineDatabase, examineMachine } = await import('../platform/doctor/index.ts');
  const { findDatabaseUrl } = await import('../platform/open-context.ts');
  const config = readSettings();
  const findings = await examineMachine(config);
  const url = findDatabaseUrl(config);
  // Looking must not start anything: without a running server the rest stays unknown.
  if (url !== undefined) return [...findings, ...(await examineDatabase(url))];
  const found = 'the embedded server is not running; npm start starts it';
  return [...findings, { subject: 'PostgreSQL', state: 'unknown', found, advice: '' }];
}

async function printFindings(findings: readonly Finding[]): Promise<void> {
  const { default: Table } = await import('cli-table3');
  const { default: colors } = await import('picocolors');
  const paint = { ok: colors.green, wrong: colors.red, unknown: colors.dim };
  const table = new Table({
    head: ['', 'what', 'found', 'what to do'],
    style: { head: [], border: [] },
    wordWrap: true,
  });
  for (const { state, subject, found, advice } of findings) {
    table.push([paint[state](MARKS[state]), subject, found, advice]);
  }
  console.log(table.toString());
}
