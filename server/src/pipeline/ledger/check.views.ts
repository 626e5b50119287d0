import type { Db, Tx } from '../../platform/db.ts';
import { CLAWBACK_REVIEW, RESTATEMENT_REVIEW } from './facts.ts';

/** One invariant of the books: how much was looked at, how many places break it, and the first of them in words. */
export interface LedgerCheck {
  readonly name:
    | 'rows_sum_to_zero'
    | 'items_equal_expense'
    | 'balances_equal_legs'
    | 'groups_equal_items'
    | 'groups_equal_legs'
    | 'reviews_equal_items'
    | 'clawbacks_equal_items'
    | 'payments_equal_parts'
    | 'rebates_equal_items';
  readonly examined: number;
  readonly differences: number;
  readonly first: string | null;
}

export interface LedgerReport {
  readonly ok: boolean;
  readonly checks: readonly LedgerCheck[];
  /** Sum of all legs per currency: zero in each. Minor units, as text. */
  readonly totals: readonly { readonly currency: string; readonly sumMinor: string; readonly rows: number }[];
}

/**
 * Re-proves the books in one snapshot over all lanes (design.md 4, rules.md 3.8), without trusting the CHECK constraints:
 * each row sums to zero, its items say what its expense leg says, balances are the sums of the legs, and settlement
 * groups hold what their items and their legs say; what waits for a review is what the items of its groups say, key by key.
 */
export async function checkLedger(db: Db): Promise<LedgerReport> {
  return db.acrossLanes('ledger_check', async (tx) => {
    const checks: LedgerCheck[] = [];
    for (const check of CHECKS) checks.push(await runCheck(tx, check));
    const totals = await tx.rows<{ currency: string; sumMinor: string; rows: number }>(
      `select currency, sum(plumbline_sum(amounts))::text as "sumMinor", count(*) as rows from journal group by currency order by currency`,
    );
    const ok =
      checks.every((check) => check.differences === 0) &&
      totals.every((total) => Number(total.sumMinor) === 0);
    return { ok, checks, totals };
  });
}

interface CheckStatement {
  readonly name: LedgerCheck['name'];
  /** Gives (place, expected, actual) for every place that was examined, in a fixed order. */
  readonly places: string;
}

const LEGS = `select j.*, l.account, l.amount from journal j cross join lateral unnest(j.accounts, j.amounts) as l (account, amount)`;
const GROUP = 'lane, partner_id, component, hold_day, hold_reason, currency';
const ON_GROUP = 'using (lane, partner_id, component, hold_day, hold_reason, currency)';
const GROUP_PLACE = `'settlement group of partner ' || partner_id || ', ' || component || ', held to ' || hold_day || case when hold_reason = '' then '' else ' for ' || hold_reason end || ', ' || currency || ', lane ' || lane`;

/** Rows that move what is there already: releases, payments and what came back of them. */
const WITHOUT_ITEMS = `('release', 'payment', 'payment_return')`;
/** The part of a settlement group that a leg moves; null: none. What a payment takes from it was paid out. */
const PART = `case when kind = 'payment_return' or component = '' then null when kind = 'payment' and account = 'house:paid_out' then 'paid'
  when account like '%:approved' then 'approved' when account like '%:accrued' or account like '%:clawback_pending' then 'held' end`;

const CHECKS: readonly CheckStatement[] = [
  {
    name: 'rows_sum_to_zero',
    places: `select 'journal row ' || lane || '/' || hop_id || '/' || row_no as place, 0::numeric as expected,
                    (select coalesce(sum(a), 0) from unnest(amounts) as t (a)) as actual from journal`,
  },
  {
    name: 'items_equal_expense',
    places: `select 'journal row ' || lane || '/' || hop_id || '/' || row_no as place,
                    (select coalesce(sum((i ->> 'a')::numeric), 0) from jsonb_array_elements(items) as t (i)) as expected,
                    -(select coalesce(sum(amount), 0) from unnest(accounts, amounts) as t (account, amount) where account like 'house:%') as actual
             from journal where kind not in ${WITHOUT_ITEMS}`,
  },
  {
    name: 'balances_equal_legs',
    places: `with legs as (select lane, account, currency, sum(amount) as amount from (${LEGS}) l group by lane, account, currency)
             select 'balance of ' || account || ', ' || currency || ', lane ' || lane as place,
                    coalesce(legs.amount, 0) as expected, coalesce(b.amount, 0) as actual
             from legs full join balance b using (lane, account, currency)`,
  },
  {
    name: 'groups_equal_items',
    places: `with items as (
               select ${GROUP}, sum((i ->> 'a')::numeric) as amount from journal cross join lateral jsonb_array_elements(items) as t (i)
               where kind not in ${WITHOUT_ITEMS} group by ${GROUP})
             select ${GROUP_PLACE} as place, coalesce(items.amount, 0) as expected, coalesce(g.held + g.approved + g.paid, 0) as actual
             from items full join settlement_group g ${ON_GROUP}`,
  },
  {
    name: 'groups_equal_legs',
    places: `with legs as (
               select ${GROUP}, ${PART} as part, sum(amount) as amount from (${LEGS}) l where ${PART} is not null group by ${GROUP}, ${PART}),
             kept as (
               select ${GROUP}, part, amount from settlement_group
               cross join lateral (values ('held', held), ('approved', approved), ('paid', paid)) as v (part, amount))
             select part || ' part of ' || ${GROUP_PLACE} as place,
                    coalesce(legs.amount, 0) as expected, coalesce(kept.amount, 0) as actual
             from legs full join kept using (lane, partner_id, component, hold_day, hold_reason, currency, part)`,
  },
  {
    name: 'reviews_equal_items',
    places: `with items as (
               select lane, i ->> 'k' as natural_key, currency, hold_day, hold_reason, sum((i ->> 'a')::numeric) as amount
               from journal cross join lateral jsonb_array_elements(items) as t (i)
               where hold_reason like '${RESTATEMENT_REVIEW}:%' group by 1, 2, 3, 4, 5),
             kept as (
               select lane, natural_key, currency, hold_day,
                      '${RESTATEMENT_REVIEW}:' || change_set_id || case when hold_reason = '' then '' else ':' || hold_reason end as hold_reason,
                      case when component like 'rebate/%' then -amount else amount end as amount
               from review_part)
             select 'what waits of ' || natural_key || ' in ' || currency || ' for ' || hold_reason as place,
                    coalesce(items.amount, 0) as expected, coalesce(kept.amount, 0) as actual
             from items full join kept using (lane, natural_key, currency, hold_day, hold_reason)`,
  },
  {
    name: 'clawbacks_equal_items',
    places: `with items as (
               select lane, i ->> 'k' as natural_key, currency, hold_day, -sum((i ->> 'a')::numeric) as amount
               from journal cross join lateral jsonb_array_elements(items) as t (i)
               where hold_reason = '${CLAWBACK_REVIEW}' group by 1, 2, 3, 4),
             kept as (select lane, natural_key, currency, hold_day, sum(pending) as amount from clawback group by 1, 2, 3, 4)
             select 'clawback that waits, ' || natural_key || ' in ' || currency as place,
                    coalesce(items.amount, 0) as expected, coalesce(kept.amount, 0) as actual
             from items full join kept using (lane, natural_key, currency, hold_day)`,
  },
  {
    name: 'payments_equal_parts',
    places: `with legs as (
               select lane, hop_id as id, -sum(amount) as amount from (${LEGS}) l
               where kind = 'payment' and account like 'partner:%' group by 1, 2)
             select 'payment ' || p.id as place, p.amount as expected, coalesce(legs.amount, 0) as actual
             from payment p left join legs on legs.lane = p.lane and legs.id = p.id where p.state in ('paid', 'return_due', 'returned')
             union all
             select 'payment ' || id || ' that nobody recorded', 0, amount from legs where not exists (select from payment p where p.id = legs.id)`,
  },
  {
    name: 'rebates_equal_items',
    places: `with items as (
               select ${GROUP}, (i ->> 'c')::uuid as customer_id, split_part(split_part(i ->> 'k', ':', 3), '/', 3)::uuid as rule_id,
                      split_part(split_part(i ->> 'k', ':', 3), '/', 4)::date as span, -sum((i ->> 'a')::numeric) as amount
               from journal cross join lateral jsonb_array_elements(items) as t (i) where component like 'rebate/%' group by ${GROUP}, 7, 8, 9)
             select 'what customer ' || customer_id || ' is owed by rebate rule ' || rule_id || ' from ' || span || ' in ' || currency as place,
                    coalesce(items.amount, 0) as expected, coalesce(kept.amount, 0) as actual
             from items full join rebate_owed kept using (lane, partner_id, component, hold_day, hold_reason, currency, customer_id, rule_id, span)`,
  },
];

async function runCheck(tx: Tx, check: CheckStatement): Promise<LedgerCheck> {
  const found = await tx.one<{
    examined: number;
    differences: number;
    place: string | null;
    expected: string | null;
    actual: string | null;
  }>(
    `with places as (${check.places}),
     wrong as (select * from places where expected <> actual)
     select (select count(*) from places) as examined, (select count(*) from wrong) as differences, f.place, f.expected, f.actual
     from (values (1)) as one left join lateral (select * from wrong order by place limit 1) f on true`,
  );
  const { name } = check;
  const first =
    found.place === null
      ? null
      : `${found.place}: expected ${found.expected}, found ${found.actual} minor units`;
  return { name, examined: found.examined, differences: found.differences, first };
}
