import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import { programNow } from '../../registry/index.ts';
import type { Asked, GroupStanding, NamedGroup, PaymentRow, Standing } from './facts.ts';

const PAYMENT = `select id, program_id, partner_id, lane, method, currency, amount::text as amount, paid_at, reference, note, asked, state, refusal,
  created_at, created_by, decided_at, decided_by, decision_note, booked_at, returned_at, return_reason, return_by from payment`;

export async function findPayment(tx: Tx, id: string): Promise<PaymentRow | undefined> {
  return tx.find<PaymentRow>(`${PAYMENT} where id = $1`, [id]);
}

/** The payment of a partner that stands under this reference; undefined: none. */
export async function findByReference(
  tx: Tx,
  of: { readonly partnerId: string; readonly currency: string; readonly reference: string },
): Promise<PaymentRow | undefined> {
  return tx.find<PaymentRow>(
    `${PAYMENT} where partner_id = $1 and currency = $2 and reference = $3 and state not in ('rejected', 'refused')`,
    [of.partnerId, of.currency, of.reference],
  );
}

/** Newest first. */
export async function listPayments(
  tx: Tx,
  filter: {
    readonly partnerId: string | undefined;
    readonly programId: string | undefined;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<PaymentRow[]> {
  return tx.rows<PaymentRow>(
    `${PAYMENT} where ($1::uuid is null or partner_id = $1) and ($2::uuid is null or program_id = $2) and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [filter.partnerId ?? null, filter.programId ?? null, filter.before ?? null, filter.limit],
  );
}

/** Lanes in which something is to be booked: payments, what came back of them, decisions about clawbacks. */
export async function listDueLanes(tx: Tx): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(
    `select lane from payment where state in ('due', 'return_due') union select lane from clawback_review where state = 'due' order by lane`,
  );
  return rows.map((row) => row.lane);
}

export interface PaymentPart {
  readonly component: string;
  readonly holdDay: string;
  readonly currency: string;
  /** Minor units. */
  readonly amount: string;
}

/** The settlement groups that a payment paid. */
export async function listParts(tx: Tx, lane: number, paymentId: string): Promise<PaymentPart[]> {
  return tx.rows<PaymentPart>(
    `select component, hold_day::text as "holdDay", currency, amount::text as amount from payment_part
     where lane = $1 and payment_id = $2 order by component, hold_day`,
    [lane, paymentId],
  );
}

/** What a partner has, by currency. In the partner's lane. */
export async function loadStandings(tx: Tx, partnerId: string): Promise<Map<string, Standing>> {
  const lane = laneOf('partner', partnerId);
  const groups = await tx.rows<
    Omit<GroupStanding, 'held' | 'approved' | 'paid'> & { held: string; approved: string; paid: string }
  >(
    `select component, hold_day::text as "holdDay", hold_reason as "holdReason", currency, held::text as held, approved::text as approved,
            paid::text as paid, hold_until as "holdUntil"
     from settlement_group where lane = $1 and partner_id = $2 and (held <> 0 or approved <> 0 or paid <> 0)
     order by currency, hold_day, component, hold_reason`,
    [lane, partnerId],
  );
  const returned = await tx.rows<{ currency: string; amount: string }>(
    'select currency, amount::text as amount from balance where lane = $1 and account = $2',
    [lane, `partner:${partnerId}:balance`],
  );
  const back = new Map(returned.map((row) => [row.currency, BigInt(row.amount)]));
  const byCurrency = Map.groupBy(
    groups.map((group): GroupStanding => ({
      ...group,
      held: BigInt(group.held),
      approved: BigInt(group.approved),
      paid: BigInt(group.paid),
    })),
    (group) => group.currency,
  );
  return new Map(
    [...new Set([...byCurrency.keys(), ...back.keys()])]
      .toSorted()
      .map((currency) => [
        currency,
        { groups: byCurrency.get(currency) ?? [], returned: back.get(currency) ?? 0n },
      ]),
  );
}

/** The groups that are meant: a month's are those to which it was settled. One without any stands for a group that does not exist. */
export async function listNamed(
  tx: Tx,
  partnerId: string,
  asked: readonly Asked[],
): Promise<readonly NamedGroup[]> {
  const named: NamedGroup[] = [];
  for (const one of asked) {
    if ('holdDay' in one) {
      named.push(one);
      continue;
    }
    const rows = await tx.rows<{ holdDay: string }>(
      `select distinct g ->> 'holdDay' as "holdDay" from period_scope s cross join lateral jsonb_array_elements(s.booked -> 'groups') as t (g)
       where s.lane = $1 and s.partner_id = $2 and s.component = $3 and s.period = $4 order by 1`,
      [laneOf('partner', partnerId), partnerId, one.component, `${one.period}-01`],
    );
    const { component } = one;
    named.push(
      ...(rows.length === 0
        ? [{ component, holdDay: one.period }]
        : rows.map(({ holdDay }) => ({ component, holdDay }))),
    );
  }
  return named;
}

/** What it is by a program's clock. */
export async function readProgramNow(tx: Tx, programId: string, realNow: Instant): Promise<Instant> {
  const program = await tx.one<{ clock_at: Instant | null }>('select clock_at from program where id = $1', [
    programId,
  ]);
  return programNow(program, realNow);
}
