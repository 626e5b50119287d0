// The deals of a world as documents.
import type { Monthly } from './world-months.ts';
import type { Minute, Terms, World } from './world.ts';
import { BEGIN, timeOf } from './said.ts';

/** Midnights of the program's zone at which months begin, as instants. */
const MONTHS = ['2025-12-31T23:00:00.000Z', '2026-01-31T23:00:00.000Z', '2026-02-28T23:00:00.000Z'];

/** Where a version begins: with its month, where anything of the world is settled by month (`not_at_period_start`). */
export function beginningOf({ terms }: World, from: Minute | null): string | null {
  if (from === null) return null;
  const isMonthly = terms.some((deal) => deal.terms.monthly !== undefined && deal.terms.monthly !== null);
  const at = BEGIN + from * 60_000;
  return isMonthly ? (MONTHS.findLast((month) => Date.parse(month) <= at) ?? null) : timeOf(from);
}

const tenths = (n: number): string => (n / 10).toFixed(1);

export function documentOf(terms: Terms): object {
  const monthly = terms.monthly ?? NOTHING;
  // Steps and limits have no shared pot.
  const levels = { mode: terms.mode, maxDepth: terms.depth };
  const cpaLevels = monthly.cpa === null ? levels : { ...levels, mode: 'additive_fixed' };
  const { cpa } = terms;
  return {
    currency: terms.currency,
    symbolGroups: { metals: ['XAUUSD'] },
    components: [
      {
        id: 'per-lot',
        kind: 'per_lot',
        levels,
        minimumDurationSeconds: terms.minimumDuration,
        holdDays: terms.hold,
        rates: [{ rate: tenths(terms.rate) }, { group: 'metals', rate: tenths(terms.goldRate) }],
        overrides: [{ rate: tenths(terms.override) }],
      },
      ...(cpa === null
        ? []
        : [
            {
              id: 'cpa',
              kind: 'cpa',
              levels: cpaLevels,
              amount: String(cpa.amount),
              override: cpa.override === null ? null : String(cpa.override),
              minimumDeposit: String(cpa.minimum),
              windowDays: cpa.windowDays,
              requireKyc: cpa.kyc,
              termsAt: cpa.termsAt,
              holdDays: terms.hold,
              clawback: { schedule: [{ beforeMonth: 12, percent: '50' }] },
              ...cpaByMonth(monthly),
            },
          ]),
      ...lotsByMonth(monthly),
      ...shareOf(monthly, cpa !== null),
    ],
    // No check lies within the world: what it finds would depend on what was told by then. People give the grades.
    grades: {
      check: 'quarter',
      ladder: [
        { grade: 'bronze' },
        {
          grade: 'gold',
          needs: [{ metric: 'lots', atLeast: '1000000' }],
          terms: [
            { component: 'per-lot', rates: [{ rate: tenths(2 * terms.rate) }] },
            ...(cpa === null ? [] : [{ component: 'cpa', amount: String(2 * cpa.amount) }]),
          ],
        },
      ],
    },
  };
}

const NOTHING: Monthly = { share: null, cpa: null, lots: null };
const CPA_STEPS = { metric: 'qualified', bands: [{ upTo: '1', rate: '50' }, { rate: '100' }] };

function cpaByMonth({ cpa, share }: Monthly): object {
  switch (cpa) {
    case null:
      return {};
    case 'steps':
      return { tiers: CPA_STEPS };
    case 'cap':
      return { caps: [{ by: 'money', limit: '150' }] };
    case 'queue':
      return { caps: [{ by: 'count', limit: '1', overflow: 'queue_next_period' }] };
    case 'day':
      return { caps: [{ by: 'count', limit: '1', per: 'day' }] };
    case 'gate':
      return { qualityGate: { of: 'first_deposits', atLeastPercent: '50' } };
    case 'fallback':
      // Who is refused counts for the share that is paid instead of the CPA, where there is one.
      return {
        caps: [{ by: 'count', limit: '1', ...(isInstead(share) ? { overflow: 'revshare_fallback' } : {}) }],
      };
  }
}

const isInstead = (share: Monthly['share']): boolean =>
  share !== null && share.beside === 'instead' && share.steps?.by !== 'active_customers';

function lotsByMonth({ lots }: Monthly): object[] {
  if (lots === null) return [];
  const limit = (more: object): object => ({ caps: [{ by: 'money', limit: '3', ...more }] });
  const terms = {
    steps: { tiers: { method: 'whole_volume', bands: [{ upTo: '2', rate: '1' }, { rate: '2' }] } },
    cap: limit({}),
    queue: limit({ overflow: 'queue_next_period' }),
    day: limit({ per: 'day' }),
    week: limit({ per: 'week' }),
  };
  return [
    {
      id: 'lots-by-month',
      kind: 'per_lot',
      minimumDurationSeconds: 0,
      rates: [{ rate: '2' }],
      overrides: [{ rate: '0.5' }],
      ...terms[lots],
    },
  ];
}

function shareOf({ share }: Monthly, hasCpa: boolean): object[] {
  if (share === null) return [];
  const { base, policy, percent, minimumActive, beside, steps, overridePercent } = share;
  const tiers = steps && {
    metric: steps.by,
    window: steps.window,
    bands:
      steps.by === 'base'
        ? [{ upTo: '100', rate: '10' }, { rate: '20' }]
        : [{ upTo: '1', rate: '10' }, { rate: '20' }],
  };
  return [
    {
      id: 'share',
      kind: 'revshare',
      base,
      ...(base === 'theoretical_ggr'
        ? { edges: [{ product: 'slots', percent: '5' }, { percent: '2' }] }
        : {}),
      ...(tiers === null ? { percent: String(percent) } : { tiers }),
      carry: { policy },
      minimumActiveCustomers: minimumActive,
      overridePercent: overridePercent === null ? null : String(overridePercent),
      ...(hasCpa && beside === 'advance' ? { recoup: { component: 'cpa' } } : {}),
      ...(hasCpa && beside === 'instead' ? { unlessPaid: 'cpa' } : {}),
      ...(beside === 'later' ? { fromMonth: 2 } : {}),
    },
  ];
}
