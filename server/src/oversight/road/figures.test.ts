import { describe, expect, it } from 'vitest';
import { emptyHistogram, observe } from '../../kernel/histogram.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ExactCounts, MovingFigures, SecondSeen } from './facts.ts';
import { buildRoad } from './figures.ts';

const NOW = instantFromIso('2026-03-01T12:00:00Z');
const P = '0190a000-0000-7000-8000-000000000001';
const Q = '0190a000-0000-7000-8000-000000000002';

function ago(seconds: number): Instant {
  return (NOW - seconds * 1_000_000) as Instant;
}

function moved(seconds: number, counts: Record<string, number>, more: Partial<SecondSeen> = {}): SecondSeen {
  return {
    second: ago(seconds),
    programId: P,
    counts,
    decidedMs: emptyHistogram(),
    bookedMs: emptyHistogram(),
    ...more,
  };
}

function moving(more: Partial<MovingFigures> = {}): MovingFigures {
  const nothing = { count: 0, oldest: null };
  return { now: NOW, seconds: [], evidence: nothing, pending: nothing, inbox: nothing, money: [], ...more };
}

function exact(more: Partial<ExactCounts> = {}): ExactCounts {
  const terms = {
    received: 0,
    dispositions: {},
    events: 0,
    inFlight: 0,
    waiting: 0,
    parked: 0,
    failed: 0,
    decided: 0,
  };
  return {
    countedAt: ago(20),
    items: [],
    standings: [],
    parked: [],
    quarantined: [],
    booked: new Map(),
    conservation: { ...terms, asOf: formatInstant(ago(20)), holds: true, itemsHold: true, eventsHold: true },
    ...more,
  };
}

const standing = (state: string, reason: string | null, count: number, programId = P) => ({
  programId,
  state,
  reason,
  count,
});

function throughOf(road: ReturnType<typeof buildRoad>): Record<string, number> {
  return Object.fromEntries(road.stages.map((stage) => [stage.stage, stage.through.total]));
}

describe('the picture of the road', () => {
  it('lets every event that ends at a stage be missing from all later ones', () => {
    const road = buildRoad(
      exact({
        items: [
          { programId: P, disposition: 'accepted', count: 90 },
          { programId: P, disposition: 'parked', count: 10 },
          { programId: P, disposition: 'duplicate', count: 5 },
          { programId: P, disposition: 'quarantined', count: 3 },
        ],
        standings: [
          standing('decided', null, 40),
          standing('decided', 'trade_too_short', 20),
          standing('waiting', 'trade_open_missing', 5),
          standing('decided', 'unattributed', 10),
          standing('decided', 'kyc_failed', 4),
          standing('decided', 'rounded_to_zero', 1),
        ],
        parked: [{ programId: P, reason: 'unknown_customer', count: 10 }],
        booked: new Map([[P, 77]]),
      }),
      moving(),
      undefined,
    );
    expect(throughOf(road)).toEqual({
      intake: 103,
      mapping: 100,
      identity: 80,
      assembly: 55,
      attribution: 45,
      qualification: 41,
      commission: 40,
      ledger: 77,
    });
    expect(road.stages[3]?.exits).toMatchObject([
      {
        reason: 'trade_too_short',
        kind: 'left',
        count: 20,
        rows: { list: 'events', query: { state: 'decided', reason: 'trade_too_short' } },
      },
      { reason: 'trade_open_missing', kind: 'waits', count: 5 },
    ]);
  });

  it('carries exact counts on by what moved after them, and by nothing twice', () => {
    const seconds = [
      moved(30, { items: 7, 'item:accepted': 7 }),
      moved(10, { items: 3, 'item:accepted': 2, 'item:duplicate': 1 }),
    ];
    const road = buildRoad(
      exact({ items: [{ programId: P, disposition: 'accepted', count: 100 }] }),
      moving({ seconds }),
      undefined,
    );
    expect(road.stages[0]?.through).toEqual({ total: 102, lastMinute: 9 });
    expect(road.stages[0]?.exits).toMatchObject([{ reason: 'duplicate', count: 1 }]);
  });

  it('shows of one program only what is its own', () => {
    const road = buildRoad(
      exact({ standings: [standing('decided', null, 4), standing('decided', null, 9, Q)] }),
      moving(),
      P,
    );
    expect(throughOf(road)['commission']).toBe(4);
  });

  it('counts the deposit that granted a CPA among those that pay', () => {
    const road = buildRoad(exact({ standings: [standing('decided', 'cpa_granted', 2)] }), moving(), P);
    expect(throughOf(road)['commission']).toBe(2);
    expect(road.stages.flatMap((stage) => stage.exits)).toEqual([]);
  });

  it('tells percentiles over all processes together, and none where nothing was measured', () => {
    const fast = emptyHistogram();
    for (let n = 0; n < 99; n += 1) observe(fast, 40);
    const slow = emptyHistogram();
    observe(slow, 900);
    const road = buildRoad(
      undefined,
      moving({ seconds: [moved(9, {}, { bookedMs: fast }), moved(9, {}, { bookedMs: slow })] }),
      undefined,
    );
    expect(road.latency).toMatchObject({ samples: 100 });
    expect(road.latency.p50Ms).toBeLessThanOrEqual(50);
    expect(road.decisionLatency).toMatchObject({ p50Ms: null, p99Ms: null, samples: 0 });
    expect(road).toMatchObject({ countedAt: null, conservation: null });
  });

  it('keeps the steps of ten minutes where they are while time goes on', () => {
    const at = (now: Instant) =>
      buildRoad(undefined, moving({ now, seconds: [moved(100, { items: 50 })] }), undefined).history;
    const drawn = (now: Instant) => at(now).filter((step) => step.perSecond > 0);
    expect(drawn(NOW)).toEqual(drawn((NOW + 3_000_000) as Instant));
    expect(drawn(NOW)).toMatchObject([{ perSecond: 10 }]);
    expect(at(NOW)).toHaveLength(120);
  });

  it('says how old the oldest is', () => {
    const road = buildRoad(undefined, moving({ evidence: { count: 3, oldest: ago(2.5) } }), undefined);
    expect(road.stages[2]).toMatchObject({ stage: 'identity', inFlight: 3, oldestAgeSeconds: 2.5 });
  });
});
