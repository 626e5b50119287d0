import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { SetupProblem } from '../platform/setup-problem.ts';

/**
 * A document from a JSON or YAML file, `-` is standard input. Numbers of YAML are kept as they are written only when
 * they are quoted, so amounts and rates belong in quotes; the server says so when they are not.
 * Throws SetupProblem when the file cannot be read.
 */
export function readDocument(file: string): unknown {
  const text = readText(file);
  try {
    return file.endsWith('.json') ? JSON.parse(text) : parse(text);
  } catch (error) {
    throw new SetupProblem(`The file ${file} is neither JSON nor YAML: ${(error as Error).message}`);
  }
}

/** The text of a file, `-` is standard input. Throws SetupProblem when it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new SetupProblem(`The file ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** `name=value` pairs of an option that may be repeated. Throws SetupProblem on anything else. */
export function readPairs(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0) throw new SetupProblem(`"${pair}" is not of the form name=value.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
