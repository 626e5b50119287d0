import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Ends a test run with one plain line, `N passed, N failed`, for people and for the scripts that add runs up.
 * A file that cannot be loaded counts as one failure: its tests never got the chance to fail.
 * With PLUMBLINE_TEST_COUNTS set, the counts are also written to that file as JSON.
 */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = countModules(modules, unhandledErrors.length);
    const file = process.env['PLUMBLINE_TEST_COUNTS'];
    if (file !== undefined && file !== '') writeFileSync(file, JSON.stringify(counts));
    const line = `${counts.passed} passed, ${counts.failed} failed`;
    // The default reporter still writes its own summary in this tick; the plain line must be the last one.
    process.once('exit', () => process.stdout.write(`\n${line}\n`));
  }
}

function countModules(modules: readonly TestModule[], strayErrors: number): Counts {
  const counts: Counts = { passed: 0, failed: strayErrors, skipped: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const state = test.result().state;
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
  }
  return counts;
}
