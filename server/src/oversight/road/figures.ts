// The live road as one picture: exact counts, carried on by what moved since they were taken. Pure.
import type { RoadFigures, RoadStage } from '@plumbline/contract';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import { isReasonCode, REASONS, reasonSentence } from '../../kernel/reason.ts';
import type { ReasonGroup } from '../../kernel/reason.ts';
import { addHistogram, emptyHistogram, quantileMs, samplesOf } from '../../kernel/histogram.ts';
import type { ConservationSeen, ExactCounts, MovingFigures, Queue, SecondSeen } from './facts.ts';

const SECOND = 1_000_000;
const STEP_SECONDS = 5;
const STEPS = 120;
const LATENCY_SECONDS = 300;
const THROUGHPUT_SECONDS = 10;

type Stage = RoadFigures['stages'][number];
type Exit = Stage['exits'][number];

/** Counts by name, as the meter names them: `items`, `item:duplicate`, `decided`, `reason:waiting:no_rate` ... */
type Counts = ReadonlyMap<string, number>;

/** The whole picture of one program, or of all. `exact` undefined: not counted yet, so totals begin at what was seen moving. */
export function buildRoad(
  exact: ExactCounts | undefined,
  moving: MovingFigures,
  programId: string | undefined,
): RoadFigures {
  const { now } = moving;
  const minute = sumCounts(moving.seconds, (now - 60 * SECOND) as Instant);
  const totals = carryOn(exact, moving.seconds, programId);
  const since = (seconds: number): readonly SecondSeen[] =>
    moving.seconds.filter(({ second }) => second > now - seconds * SECOND);
  const recent = sumCounts(moving.seconds, (now - (THROUGHPUT_SECONDS + 1) * SECOND) as Instant);
  return {
    asOf: formatInstant(now),
    countedAt: exact === undefined ? null : formatInstant(exact.countedAt),
    programId: programId === undefined ? null : wireId('prg', programId),
    stages: stagesOf({ totals, minute, moving }),
    throughputPerSecond: Math.round((of(recent, 'items') / THROUGHPUT_SECONDS) * 10) / 10,
    latency: latencyOf(since(LATENCY_SECONDS).map(({ bookedMs }) => bookedMs)),
    decisionLatency: latencyOf(since(LATENCY_SECONDS).map(({ decidedMs }) => decidedMs)),
    conservation: exact === undefined ? null : conservationOf(exact.conservation),
    money: moving.money.map(({ currency, accruedMinor, heldMinor, approvedMinor }) => {
      const money = (minor: string) => ({
        amount: formatMoney({ amountMinor: BigInt(minor), currency }),
        currency,
      });
      return {
        currency,
        accrued: money(accruedMinor),
        held: money(heldMinor),
        approved: money(approvedMinor),
      };
    }),
    history: historyOf(moving.seconds, now),
  };
}

function of(counts: Counts, name: string): number {
  return counts.get(name) ?? 0;
}

function sumCounts(seconds: readonly SecondSeen[], after: Instant): Counts {
  const sum = new Map<string, number>();
  for (const { second, counts } of seconds) {
    if (second <= after) continue;
    for (const [name, count] of Object.entries(counts)) sum.set(name, (sum.get(name) ?? 0) + count);
  }
  return sum;
}

/** The exact counts under the meter's names, and what moved after they were taken. */
function carryOn(
  exact: ExactCounts | undefined,
  seconds: readonly SecondSeen[],
  programId: string | undefined,
): Counts {
  const sum = new Map<string, number>();
  const add = (name: string, count: number): void => void sum.set(name, (sum.get(name) ?? 0) + count);
  const isMine = (row: { readonly programId: string }): boolean =>
    programId === undefined || row.programId === programId;
  for (const row of exact?.items ?? []) {
    if (!isMine(row)) continue;
    add('items', row.count);
    add(`item:${row.disposition}`, row.count);
  }
  for (const row of exact?.standings ?? []) {
    if (!isMine(row)) continue;
    add('placed', row.count);
    add(row.state, row.count);
    if (row.reason !== null) add(`reason:${row.state}:${row.reason}`, row.count);
  }
  for (const row of exact?.parked ?? []) if (isMine(row)) add(`parked:${row.reason}`, row.count);
  for (const row of exact?.quarantined ?? []) if (isMine(row)) add(`quarantined:${row.reason}`, row.count);
  for (const [id, count] of exact?.booked ?? []) if (isMine({ programId: id })) add('booked', count);
  const after = exact?.countedAt ?? (Number.NEGATIVE_INFINITY as Instant);
  for (const [name, count] of sumCounts(seconds, after)) add(name, count);
  return sum;
}

interface Sight {
  readonly totals: Counts;
  readonly minute: Counts;
  readonly moving: MovingFigures;
}

const LABELS: Readonly<Record<RoadStage, string>> = {
  intake: 'Received',
  mapping: 'Understood',
  identity: 'Customer found',
  assembly: 'Trades assembled',
  attribution: 'Partner found',
  qualification: 'Qualified',
  commission: 'Commission computed',
  ledger: 'Booked',
};

/** In which stage an event with a reason of this group ends or waits. */
const STAGE_OF_GROUP: Readonly<Partial<Record<ReasonGroup, RoadStage>>> = {
  intake: 'mapping',
  ignored: 'mapping',
  identity: 'identity',
  trade: 'assembly',
  attribution: 'attribution',
  gate: 'qualification',
  qualification: 'qualification',
  amount: 'commission',
};

function stagesOf(sight: Sight): Stage[] {
  const { totals, minute, moving } = sight;
  const exits = exitsByStage(totals);
  const left = exitsByStage(minute);
  const stages: Stage[] = [];
  const put = (
    stage: RoadStage,
    through: { total: number; lastMinute: number },
    queue: Queue,
    rows: Stage['rows'],
  ): void => {
    stages.push({
      stage,
      label: LABELS[stage],
      through: { total: Math.max(0, through.total), lastMinute: Math.max(0, through.lastMinute) },
      inFlight: queue.count,
      oldestAgeSeconds: ageOf(queue, moving.now),
      exits: (exits.get(stage) ?? []).toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
      rows,
    });
  };
  const known = (counts: Counts): number => of(counts, 'item:accepted') + of(counts, 'item:parked');
  const arrived = (counts: Counts): number =>
    known(counts) + of(counts, 'item:revised') + of(counts, 'item:quarantined') + of(counts, 'item:ignored');
  put('intake', { total: arrived(totals), lastMinute: arrived(minute) }, NOTHING, {
    list: 'deliveries',
    query: {},
  });
  put('mapping', { total: known(totals), lastMinute: known(minute) }, NOTHING, { list: 'events', query: {} });
  let on = of(totals, 'placed');
  let onMinute = of(minute, 'placed');
  put('identity', { total: on, lastMinute: onMinute }, moving.evidence, { list: 'customers', query: {} });
  for (const stage of ['assembly', 'attribution', 'qualification', 'commission'] as const) {
    on -= sumExits(exits.get(stage));
    onMinute -= sumExits(left.get(stage));
    put(stage, { total: on, lastMinute: onMinute }, stage === 'commission' ? moving.pending : NOTHING, {
      list: 'events',
      query: { state: 'decided' },
    });
  }
  put('ledger', { total: of(totals, 'booked'), lastMinute: of(minute, 'booked') }, moving.inbox, {
    list: 'commissions',
    query: {},
  });
  return stages;
}

const NOTHING: Queue = { count: 0, oldest: null };

function ageOf({ oldest }: Queue, now: Instant): number | null {
  return oldest === null ? null : Math.max(0, Math.round((now - oldest) / (SECOND / 10)) / 10);
}

function sumExits(exits: readonly Exit[] | undefined): number {
  return (exits ?? []).reduce((sum, exit) => sum + exit.count, 0);
}

function exitsByStage(counts: Counts): Map<RoadStage, Exit[]> {
  const stages = new Map<RoadStage, Exit[]>();
  for (const [name, count] of counts) {
    const found = count > 0 ? exitOf(name, count) : undefined;
    if (found === undefined) continue;
    const [stage, exit] = found;
    stages.set(stage, [...(stages.get(stage) ?? []), exit]);
  }
  return stages;
}

/** Reasons of events that pay through something else: they leave nowhere. */
const ON_ITS_WAY: ReadonlySet<string> = new Set(['cpa_granted']);

/** The exit that a count stands for; undefined for counts that are none. */
function exitOf(name: string, count: number): [RoadStage, Exit] | undefined {
  const [kind = '', second = '', third = ''] = name.split(':');
  if (kind === 'item') return doorExit(second, count);
  if (kind === 'parked') {
    return [
      'identity',
      {
        reason: second,
        sentence: sentenceOf(second),
        kind: 'waits',
        count,
        rows: { list: 'parked', query: { reason: second } },
      },
    ];
  }
  if (kind === 'quarantined') {
    return [
      'mapping',
      {
        reason: second,
        sentence: sentenceOf(second),
        kind: 'waits',
        count,
        rows: { list: 'quarantine', query: { reason: second } },
      },
    ];
  }
  if (kind !== 'reason' || ON_ITS_WAY.has(third)) return undefined;
  const stage = isReasonCode(third) ? (STAGE_OF_GROUP[REASONS[third].group] ?? 'commission') : 'commission';
  const rows: Exit['rows'] = { list: 'events', query: { state: second, reason: third } };
  const exitKind = second === 'waiting' ? 'waits' : second === 'failed' ? 'failed' : 'left';
  return [
    stage === 'identity' || stage === 'mapping' ? 'assembly' : stage,
    { reason: third, sentence: sentenceOf(third), kind: exitKind, count, rows },
  ];
}

const DOOR_EXITS: Readonly<Record<string, { stage: RoadStage; sentence: string }>> = {
  duplicate: { stage: 'intake', sentence: 'The same fact was received before; nothing was counted twice.' },
  refused: { stage: 'intake', sentence: 'The door could not take the item; its sender was told why.' },
  ignored: { stage: 'mapping', sentence: 'The mapping says that items of this kind do not matter.' },
  revised: {
    stage: 'mapping',
    sentence: 'A newer or older telling of a known event; the event is counted once.',
  },
};

function doorExit(disposition: string, count: number): [RoadStage, Exit] | undefined {
  const door = DOOR_EXITS[disposition];
  if (door === undefined) return undefined;
  return [
    door.stage,
    {
      reason: disposition,
      sentence: door.sentence,
      kind: 'left',
      count,
      rows: { list: 'deliveries', query: { disposition } },
    },
  ];
}

function sentenceOf(reason: string): string {
  if (isReasonCode(reason)) return reasonSentence(reason, 'operator');
  return reason === 'failed' ? 'The evidence could not be decided; look at the error and retry it.' : reason;
}

function latencyOf(histograms: readonly (readonly number[])[]): RoadFigures['latency'] {
  const sum = emptyHistogram();
  for (const histogram of histograms) addHistogram(sum, histogram);
  return {
    p50Ms: quantileMs(sum, 0.5),
    p99Ms: quantileMs(sum, 0.99),
    samples: samplesOf(sum),
    window: LATENCY_SECONDS,
  };
}

/** Steps of five seconds on a fixed grid, so that what was drawn does not change its shape while time goes on. */
function historyOf(seconds: readonly SecondSeen[], now: Instant): RoadFigures['history'] {
  const stepUs = STEP_SECONDS * SECOND;
  const last = Math.floor(now / stepUs);
  const steps = Array.from({ length: STEPS }, () => ({ items: 0, booked: emptyHistogram() }));
  for (const { second, counts, bookedMs } of seconds) {
    const step = steps[Math.floor(second / stepUs) - (last - STEPS)];
    if (step === undefined) continue;
    step.items += counts['items'] ?? 0;
    addHistogram(step.booked, bookedMs);
  }
  return steps.map(({ items, booked }, index) => ({
    at: formatInstant(((last - STEPS + index) * stepUs) as Instant),
    perSecond: Math.round((items / STEP_SECONDS) * 10) / 10,
    p50Ms: quantileMs(booked, 0.5),
    p99Ms: quantileMs(booked, 0.99),
  }));
}

function conservationOf(seen: ConservationSeen): NonNullable<RoadFigures['conservation']> {
  const { events, inFlight, waiting, parked, failed, decided } = seen;
  return {
    asOf: seen.asOf,
    holds: seen.holds,
    items: { received: seen.received, dispositions: seen.dispositions, holds: seen.itemsHold },
    events: { total: events, inFlight, waiting, parked, failed, decided, holds: seen.eventsHold },
  };
}
