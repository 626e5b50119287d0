import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { ROOT } from './scope.ts';

/** One small wrong change of a source. */
export interface Mutant {
  /** Its number within the files that were read together; the same for the same texts. */
  readonly id: string;
  /** 'EqualityOperator', 'StringLiteral' ...: the names of StrykerJS. */
  readonly kind: string;
  /** From 1. */
  readonly line: number;
  /** Where it stands in the text, half-open. */
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly replacement: string;
}

export interface MutatedSource {
  /** The source as it stands. */
  readonly content: string;
  /** The source with all its mutants in it, each behind a switch. */
  readonly text: string;
  readonly mutants: readonly Mutant[];
}

/** What the instrumenter shows of the syntax tree: as much as is asked of it here. */
interface Place {
  readonly node: { readonly type: string };
  readonly parent?: {
    readonly type: string;
    readonly callee?: { readonly type: string; readonly name?: string };
  };
}

const silent = (): void => undefined;
const LOGGER = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
};

/** Errors are for bugs of our own and are read by us: their words are not promised, that they are thrown is. */
function wordsOfAnError(path: object): string | undefined {
  const { node, parent } = path as Place;
  const isText = node.type === 'StringLiteral' || node.type === 'TemplateLiteral';
  const isThrown = parent?.type === 'NewExpression' && (parent.callee?.name ?? '').endsWith('Error');
  return isText && isThrown ? 'words of an error' : undefined;
}

/** Reads sources of the project and puts every mutant that StrykerJS knows into them, behind switches that are numbered through all of them. */
export async function mutateSources(paths: readonly string[]): Promise<MutatedSource[]> {
  const contents = paths.map((path) => readFileSync(join(ROOT, path), 'utf8'));
  const { files, mutants } = await new Instrumenter(LOGGER).instrument(
    paths.map((path, index) => ({ name: join(ROOT, path), mutate: true, content: contents[index] ?? '' })),
    { plugins: [], excludedMutations: [], ignorers: [{ shouldIgnore: wordsOfAnError }] },
  );
  const byFile = Map.groupBy(mutants, ({ fileName }) => fileName);
  return paths.map((path, index) => {
    const content = contents[index] ?? '';
    const lines = content.split('\n');
    return {
      content,
      text: files[index]?.content ?? content,
      mutants: (byFile.get(join(ROOT, path)) ?? [])
        .filter(({ status }) => status === undefined)
        .map(({ id, mutatorName, replacement, location }) => ({
          id,
          kind: mutatorName,
          line: location.start.line + 1,
          start: offsetOf(lines, location.start),
          end: offsetOf(lines, location.end),
          original: content.slice(offsetOf(lines, location.start), offsetOf(lines, location.end)),
          replacement,
        })),
    };
  });
}

interface Position {
  readonly line: number;
  readonly column: number;
}

function offsetOf(lines: readonly string[], { line, column }: Position): number {
  return lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, column);
}
