// The same statements in another order, told twice, held back, and split differently over the doors.
import type { FailpointName } from '../../src/platform/failpoint.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';
import type { Fact, Report, Statement } from './said.ts';

export const DOORS = [
  'postback query',
  'postback form',
  'postback json',
  'single event',
  'batch',
  'json lines',
  'raw',
] as const;
export type Door = (typeof DOORS)[number];

export const TURNS = ['evidence', 'customer', 'hops', 'partner', 'months', 'facts', 'sets'] as const;
export type Turn = (typeof TURNS)[number];

export type Move =
  | { readonly do: 'fact'; readonly fact: Fact }
  | { readonly do: 'send'; readonly door: Door; readonly reports: readonly Report[] }
  /** One turn of one loop, with room for this many rows. */
  | { readonly do: 'turn'; readonly turn: Turn; readonly limit: number }
  | { readonly do: 'drain' }
  /** Everything that was said so far is decided and released; then each partner is paid what is payable. */
  | { readonly do: 'pay' };

export interface Variant {
  readonly name: string;
  readonly moves: readonly Move[];
  /** Lanes that share a transaction. */
  readonly lanesPerTransaction: number;
  /** In percent: how often a failpoint inside a turn lets the next move happen there. */
  readonly interleave: number;
  readonly seed: number;
  /** Moves that are made at once, beside a running conveyor; 1 = one after the other, and the conveyor only where a move says so. */
  readonly atOnce: number;
  /** Turns that happen in the middle of another one: at the nth pass of a failpoint. */
  readonly meeting?: {
    readonly place: FailpointName;
    readonly pass: number;
    readonly turns: readonly Turn[];
  };
}

/**
 * The registrations are placed, and while the rest is being parked, the customers are decided and claim their identifiers:
 * the one meeting at which parking and linking could miss each other (rules.md 3.2).
 */
function meetingVariant(statements: readonly Statement[]): Variant {
  const facts = statements
    .filter((statement) => statement.tag === 'fact')
    .map((fact): Move => ({ do: 'fact', fact }));
  const reports = statements.filter((statement) => statement.tag === 'report');
  const send = (own: readonly Report[]): Move[] =>
    own.map((report) => ({
      do: 'send',
      door: report.row === undefined ? 'single event' : 'raw',
      reports: [report],
    }));
  const isRegistration = (report: Report): boolean => report.event?.['kind'] === 'registration';
  const place: Move = { do: 'turn', turn: 'evidence', limit: 1000 };
  return {
    name: 'meeting',
    lanesPerTransaction: 1024,
    interleave: 0,
    atOnce: 1,
    seed: 0,
    moves: [
      ...facts,
      ...send(reports.filter(isRegistration)),
      place,
      ...send(reports.filter((report) => !isRegistration(report))),
      place,
      { do: 'drain' },
    ],
    meeting: { place: 'evidence:after-intent', pass: 2, turns: ['customer', 'hops'] },
  };
}

/**
 * First all facts, then everything in the order in which it happened, then one drain. What is taken back by another statement is not
 * said at all: all other variants say it, and take it back, and must end the same.
 */
export function canonicalVariant(statements: readonly Statement[]): Variant {
  const facts = statements
    .filter((statement) => statement.tag === 'fact')
    .filter((fact) => fact.undone !== true)
    .map((fact): Move => ({ do: 'fact', fact }));
  const reports = statements
    .filter((statement) => statement.tag === 'report')
    .toSorted((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
  const sends = runsOf(reports, (a, b) => isPlatform(a) === isPlatform(b)).map((run): Move => ({
    do: 'send',
    door: isPlatform(run[0]) ? 'raw' : 'batch',
    reports: run,
  }));
  return {
    name: 'canonical',
    moves: [...facts, ...sends, { do: 'drain' }],
    lanesPerTransaction: 1024,
    interleave: 0,
    atOnce: 1,
    seed: 0,
  };
}

/**
 * The last happened is reported first and each thing by itself; and when all of it is decided, what people say and decide comes, the
 * last first, and each finds everybody decided by what came before it. Only the customers are named at the beginning of that.
 */
function backwardsVariant(statements: readonly Statement[]): Variant {
  const reports = statements
    .filter((statement) => statement.tag === 'report')
    .toSorted((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1));
  const facts = statements.filter((statement) => statement.tag === 'fact');
  const [names, others] = [true, false].map((wanted) =>
    facts.filter(({ feature }) => (feature === 'introduction') === wanted),
  );
  return {
    name: 'backwards',
    lanesPerTransaction: 16,
    interleave: 0,
    atOnce: 1,
    seed: 0,
    moves: [
      ...reports.map((report): Move => ({
        do: 'send',
        door: report.row === undefined ? 'single event' : 'raw',
        reports: [report],
      })),
      { do: 'drain' },
      ...(names ?? []).map((fact): Move => ({ do: 'fact', fact })),
      ...(others ?? []).toReversed().flatMap((fact): Move[] => [{ do: 'fact', fact }, { do: 'drain' }]),
    ],
  };
}

/** One variant after the other, with a payment between them. */
export function withPayment(before: Variant, after: Variant): Variant {
  return {
    ...before,
    name: `${before.name}, paid, ${after.name}`,
    moves: [...before.moves, { do: 'pay' }, ...after.moves],
  };
}

/** Each is the same whenever it is played again with its seed. */
export const STYLES = ['delayed', 'drained', 'turned', 'interleaved', 'meeting', 'backwards'] as const;
/** In `racing` the loops of the conveyor run beside senders who do not wait for each other, so no two plays are the same. */
export type Style = (typeof STYLES)[number] | 'racing';

type Shuffled = Exclude<Style, 'meeting' | 'backwards'>;

/** A variant of a style; the same seed gives the same one. */
export function variantOf(statements: readonly Statement[], style: Style, seed: number): Variant {
  if (style === 'meeting') return meetingVariant(statements);
  return style === 'backwards' ? backwardsVariant(statements) : shuffledVariant(statements, style, seed);
}

function shuffledVariant(statements: readonly Statement[], style: Shuffled, seed: number): Variant {
  const random = createRandom(seed);
  const told = random.shuffle([
    ...statements,
    ...statements.filter((statement) => statement.tag === 'report' && random.chance(25)),
    ...statements.filter((statement) => statement.tag === 'report' && random.chance(5)),
  ]);
  const moves: Move[] = [];
  for (const run of runsOf(
    told,
    (a, b) =>
      a.tag === 'report' && b.tag === 'report' && isPlatform(a) === isPlatform(b) && random.chance(70),
  )) {
    moves.push(...movesOf(run, random));
    moves.push(...pauseOf(style, random));
  }
  // What is left is worked off in small turns, so that one event is on its way while another is judged.
  if (style === 'interleaved') moves.push(...Array.from({ length: 12 }, () => turnOf(random)));
  return {
    name: `${style}, seed ${seed}`,
    moves: [...moves, { do: 'drain' }],
    seed,
    lanesPerTransaction: random.pick([1, 16, 1024]),
    interleave: style === 'interleaved' ? 60 : 0,
    atOnce: style === 'racing' ? 4 : 1,
  };
}

function pauseOf(style: Shuffled, random: Random): Move[] {
  switch (style) {
    case 'delayed':
    case 'racing':
      return [];
    case 'drained':
      return random.chance(30) ? [{ do: 'drain' }] : [];
    case 'turned':
      return random.chance(70) ? [turnOf(random)] : [];
    case 'interleaved':
      return Array.from({ length: random.below(3) }, () => turnOf(random));
  }
}

function turnOf(random: Random): Move {
  return { do: 'turn', turn: random.pick(TURNS), limit: random.pick([1, 1, 3, 100]) };
}

function movesOf(run: readonly Statement[], random: Random): Move[] {
  const reports = run.filter((statement) => statement.tag === 'report');
  if (reports.length === 0)
    return run.filter((statement) => statement.tag === 'fact').map((fact) => ({ do: 'fact', fact }));
  return sendsOf(reports, random);
}

/** Through which doors a run of reports can come at once: as many as take all of them, else one by one. */
function sendsOf(reports: readonly Report[], random: Random): Move[] {
  const door = random.pick(DOORS);
  if (reports.length > 1 && isSingle(door)) return reports.flatMap((report) => sendsOf([report], random));
  if (reports.every((report) => takes(door, report)) && (door !== 'raw' || isOneSource(reports)))
    return [{ do: 'send', door, reports }];
  return sendsOf(reports, random);
}

export function isSingle(door: Door): boolean {
  return door !== 'batch' && door !== 'json lines' && door !== 'raw';
}

function takes(door: Door, report: Report): boolean {
  switch (door) {
    case 'single event':
    case 'batch':
    case 'json lines':
      return report.event !== undefined;
    case 'postback query':
    case 'postback form':
      return report.postback !== undefined;
    case 'postback json':
      return report.postback !== undefined || report.row !== undefined;
    case 'raw':
      return report.postback !== undefined || report.row !== undefined;
  }
}

// A report that only our own shape can say and a run of two sources find no common door but the batch, which is tried in time.
function isOneSource(reports: readonly Report[]): boolean {
  return reports.every((report) => report.source === reports[0]?.source);
}

function isPlatform(report: Report | undefined): boolean {
  return report?.source === 'live';
}

function runsOf<T>(items: readonly T[], joins: (before: T, next: T) => boolean): T[][] {
  const runs: T[][] = [];
  let before: T | undefined;
  for (const item of items) {
    const run = runs.at(-1);
    if (run !== undefined && before !== undefined && joins(before, item)) run.push(item);
    else runs.push([item]);
    before = item;
  }
  return runs;
}
