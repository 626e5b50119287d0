import type { Command } from 'commander';
import { readSettings } from './settings.ts';

/**
 * `plumbline verify`: rebuilds the books from the evidence and compares them with what is kept, read-only, also beside a
 * running server. Exits with 1 when something differs.
 */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('rebuild the books from the evidence alone and name every kind of difference')
    .option('--json', 'print the report as data')
    .action(async (options: { json?: boolean }) => {
      const { withContext } = await import('../platform/open-context.ts');
      const { createDeliveryReader, ROAD_RULES, sayReport, verifyBooks } =
        await import('../oversight/verify/index.ts');
      const { createClickVerifier } = await import('../tracking/index.ts');
      const report = await withContext(readSettings(), 'verify', (context) =>
        verifyBooks({
          db: context.db,
          rules: ROAD_RULES,
          readDelivery: createDeliveryReader(createClickVerifier(context.secrets)),
          onProgress: drawProgress,
        }),
      );
      clearProgress();
      console.log(
        options.json === true ? JSON.stringify(report, undefined, 2) : sayReport(report).join('\n'),
      );
      if (!report.ok) process.exitCode = 1;
    });
}

const BAR_WIDTH = 30;

/** A bar on standard error, only where somebody looks at it. */
function drawProgress(stage: string, done: number, total: number): void {
  if (!process.stderr.isTTY) return;
  const share = total === 0 ? 0 : Math.min(done / total, 1);
  const bar = '#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '.');
  process.stderr.write(`\r[${bar}] ${stage}: ${done}${total === 0 ? '' : ` of ${total}`}   `);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}
