import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { OwedRow } from './facts.ts';

export interface OwedFilter {
  readonly programId: string;
  readonly partnerId?: string | undefined;
  readonly customerId?: string | undefined;
  /** First days of spans, both inclusive, 'YYYY-MM-DD'. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Where a page ended. */
export interface OwedPlace {
  readonly span: string;
  readonly partnerId: string;
  readonly customerId: string;
  readonly ruleId: string;
  readonly currency: string;
}

// What follows commission of a settlement group in which something is held counts as held, until the group is released.
const OWED = `from rebate_owed o join settlement_group g on g.lane = o.lane and g.partner_id = o.partner_id and g.component = o.component
    and g.hold_day = o.hold_day and g.hold_reason = o.hold_reason and g.currency = o.currency
  where o.program_id = $1 and ($2::uuid is null or o.partner_id = $2) and ($3::uuid is null or o.customer_id = $3)
    and ($4::date is null or o.span >= $4) and ($5::date is null or o.span <= $5)`;
const HELD = `coalesce(sum(o.amount) filter (where g.held <> 0), 0)`;

function valuesOf(filter: OwedFilter): (string | null)[] {
  const { programId, partnerId, customerId, from, to } = filter;
  return [programId, partnerId ?? null, customerId ?? null, from ?? null, to ?? null];
}

/** The newest span first, one row more than the limit. What nets to nothing is left out. */
export async function listOwed(
  tx: Tx,
  filter: OwedFilter & { readonly after: OwedPlace | undefined; readonly limit: number },
): Promise<OwedRow[]> {
  const { after, limit } = filter;
  return tx.rows<OwedRow>(
    `select s.*, r.every from (
       select o.span::text as span, o.partner_id, o.customer_id, o.rule_id, o.currency, sum(o.amount)::text as owed, ${HELD}::text as held
       ${OWED} and ($6::date is null or o.span < $6 or (o.span = $6 and (o.partner_id, o.customer_id, o.rule_id, o.currency) > ($7::uuid, $8::uuid, $9::uuid, $10)))
       group by o.span, o.partner_id, o.customer_id, o.rule_id, o.currency having sum(o.amount) <> 0
       order by o.span desc, o.partner_id, o.customer_id, o.rule_id, o.currency limit $11) s
     join rebate_rule r on r.id = s.rule_id order by s.span desc, s.partner_id, s.customer_id, s.rule_id, s.currency`,
    [
      ...valuesOf(filter),
      after?.span ?? null,
      after?.partnerId ?? null,
      after?.customerId ?? null,
      after?.ruleId ?? null,
      after?.currency ?? null,
      limit + 1,
    ],
  );
}

/** Of all that the filter finds, by currency. */
export async function sumOwedRows(
  tx: Tx,
  filter: OwedFilter,
): Promise<{ currency: string; owed: string; held: string }[]> {
  return tx.rows(
    `select o.currency, sum(o.amount)::text as owed, ${HELD}::text as held ${OWED} group by o.currency order by o.currency`,
    valuesOf(filter),
  );
}

export async function findProgramTime(
  tx: Tx,
  programId: string,
): Promise<{ zone: string; clock_at: Instant | null } | undefined> {
  return tx.find('select zone, clock_at from program where id = $1', [programId]);
}
