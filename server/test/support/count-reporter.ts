import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Ends a test run with one plain line, `N passed, N failed`, for people and for the scripts that add runs up.
 * A file that cannot be loaded counts as one failure: its tests never got the chance to fail.
 * With PLUMBLINE_TEST_COUNTS set, the counts are also written to that file as JSON; beside it the files in which
 * something failed (`.files`, a path a line) and what failed with its first words (`.failures`, for people).
 */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = countModules(modules, unhandledErrors.length);
    const file = process.env['PLUMBLINE_TEST_COUNTS'];
    if (file !== undefined && file !== '') {
      writeFileSync(file, JSON.stringify(counts));
      writeFileSync(
        `${file}.files`,
        filesWithFailures(modules)
          .map((path) => `${path}\n`)
          .join(''),
      );
      writeFileSync(
        `${file}.failures`,
        describeFailures(modules, unhandledErrors)
          .map((line) => `${line}\n`)
          .join(''),
      );
    }
    const line = `${counts.passed} passed, ${counts.failed} failed`;
    // The default reporter still writes its own summary in this tick; the plain line must be the last one.
    process.once('exit', () => process.stdout.write(`\n${line}\n`));
  }
}

function filesWithFailures(modules: readonly TestModule[]): string[] {
  const failed = modules.filter((module) => module.errors().length > 0 || failedTests(module).length > 0);
  return [...new Set(failed.map((module) => relative(process.cwd(), module.moduleId)))];
}

function describeFailures(modules: readonly TestModule[], strayErrors: readonly unknown[]): string[] {
  const lines: string[] = [];
  for (const module of modules) {
    const path = relative(process.cwd(), module.moduleId);
    for (const error of module.errors()) lines.push(`${path}: ${firstWords(error)}`);
    for (const test of failedTests(module)) {
      lines.push(`${path} > ${test.fullName}: ${(test.result().errors ?? []).map(firstWords).join('; ')}`);
    }
  }
  for (const error of strayErrors) lines.push(`outside of every test: ${firstWords(error)}`);
  return lines;
}

function failedTests(module: TestModule): TestCase[] {
  return [...module.children.allTests('failed')];
}

/** The message of an error, short enough for a list: the whole of it stands where the test ran. */
function firstWords(error: unknown): string {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return message.split('\n').slice(0, 6).join(' | ').slice(0, 600);
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
