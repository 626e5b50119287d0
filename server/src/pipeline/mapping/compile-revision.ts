// Compiles `revisionOrder`: which of several revisions of one event is effective (rules.md 1.6).
import type { Compilation } from './document.ts';
import { ARRIVAL, paddedOrder } from './event-rules.ts';
import type { RevisionOrder } from './facts.ts';
import type { RowScope } from './row.ts';
import { compileTime } from './times.ts';
import { compileValue } from './values.ts';

export type OrderReader = (scope: RowScope) => RevisionOrder | undefined;

const VERSION = /^\d{1,20}$/;

/** The order of a row, comparable bytewise; undefined with a problem when the row does not carry it. */
export function compileRevision(c: Compilation, node: unknown, at: string): OrderReader {
  const spec = c.object(node, at, ['kind', 'value', 'ranks']) ?? {};
  const kind = c.choice(spec['kind'], `${at}.kind`, [
    'arrival',
    'version',
    'modifiedAt',
    'statusRank',
  ] as const);
  if (kind === 'version') return compileVersion(c, spec['value'], `${at}.value`);
  if (kind === 'modifiedAt') return compileModifiedAt(c, spec['value'], `${at}.value`);
  if (kind === 'statusRank') return compileRank(c, spec['value'], spec['ranks'], at);
  return () => ARRIVAL;
}

function compileVersion(c: Compilation, node: unknown, at: string): OrderReader {
  const read = compileValue(c, node, at);
  return (scope) => {
    const text = read(scope);
    if (text === undefined || !VERSION.test(text))
      return scope.fail(
        'bad_value',
        'revisionOrder',
        'the version must be a whole number of at most 20 digits',
      );
    return { kind: 'version', value: paddedOrder(text, 20) };
  };
}

function compileModifiedAt(c: Compilation, node: unknown, at: string): OrderReader {
  const read = compileTime(c, node, at);
  return (scope) => {
    const time = read(scope);
    if (time === undefined || time.instant < 0)
      return scope.fail('bad_time', 'revisionOrder', 'the row does not say when it was modified');
    return { kind: 'modifiedAt', value: paddedOrder(time.instant, 16) };
  };
}

function compileRank(c: Compilation, node: unknown, ranksNode: unknown, at: string): OrderReader {
  const read = compileValue(c, node, `${at}.value`);
  const ranks = new Map<string, string>();
  for (const [status, rank] of Object.entries((ranksNode ?? {}) as Record<string, unknown>)) {
    if (typeof rank === 'number' && Number.isInteger(rank) && rank >= 0 && rank < 1_000_000)
      ranks.set(status, paddedOrder(rank, 6));
    else
      c.fail(
        `${at}.ranks.${status}`,
        'a rank is a whole number from 0 to 999999',
        'write a greater number for what stands later',
      );
  }
  if (ranks.size === 0)
    c.fail(`${at}.ranks`, 'expected a table of ranks', 'write { "pending": 0, "approved": 1 }');
  return (scope) => {
    const status = read(scope);
    const value = status === undefined ? undefined : ranks.get(status);
    if (value === undefined)
      return status === undefined
        ? scope.fail('unknown_status', 'revisionOrder', 'the row does not say how far the record is')
        : scope.failCode('unknown_status', `"${status.slice(0, 60)}" has no rank`, {
            path: 'revisionOrder',
            value: status.slice(0, 60),
            table: `${at}.ranks`,
          });
    return { kind: 'statusRank', value };
  };
}
