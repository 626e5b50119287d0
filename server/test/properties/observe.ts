// How a variant ended: what is owed, why, and whether the books and the counts hold.
import { wireId } from '../../src/kernel/ids.ts';
import { naturalKeyOf } from '../../src/pipeline/ledger/facts.ts';
import type { BuiltStage, House } from './stage.ts';

/** Everything that must not depend on the order of what was said; plain data by name, so that two outcomes can be compared part by part. */
export interface Outcome {
  /** Desired minor units by natural key, settlement group and currency: from the decisions, and the same in the journal. */
  readonly desired: Readonly<Record<string, string>>;
  /** Total per partner and currency, as the API tells it. */
  readonly totals: Readonly<Record<string, string>>;
  /** Sum of all balances of the house per currency. */
  readonly house: Readonly<Record<string, string>>;
  /** Where each event lives and why it paid nothing, or why it waits. */
  readonly events: Readonly<Record<string, string>>;
  /** Bonds, KYC and sums of each customer. */
  readonly customers: Readonly<Record<string, string>>;
  /** Which customers claim which identifier. */
  readonly claims: readonly string[];
}

/**
 * Looks at everything; throws when books or counts do not hold, when something was not drained, or when what was posted is
 * not what is desired.
 */
export async function observe(
  house: House,
  stage: BuiltStage,
  { isPaid = false }: { readonly isPaid?: boolean } = {},
): Promise<Outcome> {
  await expectSound(house);
  await expectOneBond(house);
  const verified = await house.verify();
  if (!verified.ok) throw new Error(`verify finds a difference: ${JSON.stringify(verified.differences)}`);
  const posted = await readPosted(house, isPaid);
  // Where money was paid, what a line is worth depends on it; verify has compared the two, and what is posted is compared here.
  const desired = isPaid ? posted : await readDesired(house);
  const apart = [...Object.keys(desired), ...Object.keys(posted)].find((key) => desired[key] !== posted[key]);
  if (apart !== undefined)
    throw new Error(`${apart}: desired ${desired[apart] ?? 'nothing'}, posted ${posted[apart] ?? 'nothing'}`);
  return {
    desired,
    totals: await readTotals(house, stage),
    house: await readHouse(house),
    events: await readEvents(house),
    customers: await readCustomers(house),
    claims: await readClaims(house),
  };
}

async function expectSound(house: House): Promise<void> {
  const left = await house.call('POST', '/v1/quiesce', { body: { timeoutSeconds: 0 } });
  if (left.body.drained !== true) throw new Error(`not drained: ${JSON.stringify(left.body)}`);
  const check = await house.call('GET', '/v1/ledger/check');
  if (check.body.ok !== true) throw new Error(`the books do not hold: ${JSON.stringify(check.body)}`);
  const conservation = await house.call('GET', '/v1/conservation');
  if (conservation.body.holds !== true || conservation.body.total.failed !== 0)
    throw new Error(`conservation does not hold: ${JSON.stringify(conservation.body)}`);
}

interface DecidedLine {
  readonly component: string;
  readonly partnerId: string;
  readonly level: number;
  readonly amountMinor: string;
  readonly currency: string;
  readonly holdDay: string;
  readonly holdReason: string;
}

async function readDesired(house: House): Promise<Record<string, string>> {
  const sums = new Map<string, bigint>();
  const add = (lines: readonly DecidedLine[], eventId: string | null, customerId: string): void => {
    expectOneChain(lines, eventId === null ? `customer ${customerId}` : `event ${eventId}`);
    for (const line of lines) {
      const key = `${naturalKeyOf({ ...line, eventId, customerId })} ${line.holdDay}${line.holdReason} ${line.currency}`;
      sums.set(key, (sums.get(key) ?? 0n) + BigInt(line.amountMinor));
    }
  };
  const events = await house.database.owner<{
    event_id: string;
    customer_id: string;
    lines: DecidedLine[] | null;
  }>(`select event_id, customer_id, decision -> 'lines' as lines from placement`);
  for (const row of events) add(row.lines ?? [], row.event_id, row.customer_id);
  const customers = await house.database.owner<{ id: string; lines: DecidedLine[] }>(
    'select id, lines from customer',
  );
  for (const row of customers) add(row.lines, null, row.id);
  for (const [key, amount] of await readMonths(house)) sums.set(key, amount);
  return plain(sums);
}

/** What each month of each component is worth, by settlement group; `verify` has compared it with what the evidence comes to. */
async function readMonths(house: House): Promise<ReadonlyMap<string, bigint>> {
  const rows = await house.database.owner<{ key: string; amount: string }>(
    `select 'p:' || s.period || ':' || s.component || ':' || s.partner_id || ' ' || (g ->> 'holdDay') || (g ->> 'holdReason') || ' ' || (g ->> 'currency') as key,
       sum((g ->> 'amountMinor')::numeric)::text as amount
     from period_scope s cross join jsonb_array_elements(coalesce(s.booked -> 'groups', '[]')) as t (g) group by 1`,
  );
  return new Map(rows.map(({ key, amount }) => [key, BigInt(amount)]));
}

/** By natural key, settlement group and currency; by natural key alone where groups were paid: what comes later goes into others. */
async function readPosted(house: House, isPaid: boolean): Promise<Record<string, string>> {
  const rows = await house.database.owner<{ key: string; amount: string }>(
    `select (i ->> 'k') || ' ' || j.hold_day::text || regexp_replace(j.hold_reason, '^restatement_review:[^:]*:?', '') || ' ' || j.currency as key, sum((i ->> 'a')::numeric)::text as amount
     from journal j cross join jsonb_array_elements(j.items) as t (i)
     where j.kind not in ('release', 'payment', 'payment_return') group by 1`,
  );
  const sums = new Map<string, bigint>();
  for (const { key, amount } of rows) {
    const [natural = '', , currency = ''] = key.split(' ');
    const name = isPaid ? `${natural} ${currency}` : key;
    sums.set(name, (sums.get(name) ?? 0n) + BigInt(amount));
  }
  return plain(sums);
}

async function readTotals(house: House, stage: BuiltStage): Promise<Record<string, string>> {
  const totals: Record<string, string> = {};
  for (const [index, id] of stage.partnerIds.entries()) {
    const answer = await house.call('GET', `/v1/partners/${wireId('prt', id)}/balance`);
    for (const { currency, total } of answer.body.balances as {
      currency: string;
      total: { amount: string };
    }[]) {
      if (Number(total.amount) !== 0) totals[`partner ${index} ${currency}`] = total.amount;
    }
    const payments = await house.call('GET', `/v1/payments?partnerId=${wireId('prt', id)}`);
    for (const { reference, amount } of payments.body.items as {
      reference: string;
      amount: { amount: string; currency: string };
    }[])
      totals[`payment ${reference} ${amount.currency}`] = amount.amount;
  }
  return totals;
}

async function readHouse(house: House): Promise<Record<string, string>> {
  const rows = await house.database.owner<{ currency: string; amount: string }>(
    `select currency, sum(amount)::text as amount from balance where account like 'house:%' group by currency`,
  );
  return plain(new Map(rows.map((row) => [row.currency, BigInt(row.amount)])));
}

async function readEvents(house: House): Promise<Record<string, string>> {
  const rows = await house.database.owner<{ id: string; name: string; content: object; place: string }>(
    `select e.id, e.record_type || ' ' || e.external_id || ' ' || e.part as name, e.content,
            coalesce((select string_agg(p.customer_id || ' ' || p.state || ' ' || coalesce(p.reason, 'paid') || ' ' ||
                                        coalesce(p.decision ->> 'detail', '') || coalesce(p.decision ->> 'assembly', ''), ';')
                      from placement p where p.event_id = e.id and p.content is not null), '')
            || coalesce((select string_agg('parked ' || k.reason || ' ' || k.identifier_id, ';') from parked k where k.event_id = e.id), '')
            || coalesce(' failed ' || e.failed, '') as place
     from event e`,
  );
  return Object.fromEntries(
    rows.map((row): [string, string] => [
      `${row.name} ${row.id}`,
      `${row.place} ${JSON.stringify(row.content)}`,
    ]),
  );
}

async function readCustomers(house: House): Promise<Record<string, string>> {
  const rows = await house.database.owner<{ id: string; value: string; context: Context; summary: object }>(
    'select id, value, context, summary from customer where registered_at is not null or claims <> $1::jsonb',
    ['[]'],
  );
  return Object.fromEntries(
    rows.map((row): [string, string] => [
      row.id,
      JSON.stringify([bondsOf(row.context), row.context.registeredAt, row.summary]),
    ]),
  );
}

interface Context {
  readonly registeredAt: number | null;
  readonly attributions: readonly {
    readonly from: number | null;
    readonly partnerId: string | null;
    readonly reason?: string;
    readonly winner: { readonly kind: string } | null;
    readonly losers: readonly {
      readonly kind: string;
      readonly partnerId: string | null;
      readonly lost?: string;
    }[];
  }[];
  readonly kyc: readonly { readonly from: number | null; readonly status: string }[];
  readonly statuses: readonly {
    readonly status: string;
    readonly from: number | null;
    readonly to: number | null;
  }[];
  readonly country: object | null;
}

// Ids of facts differ from copy to copy; what the facts say does not.
function bondsOf(context: Context): unknown {
  return [
    context.attributions.map(({ from, partnerId, winner, reason, losers }) => [
      from,
      partnerId,
      winner === null ? `refused ${reason ?? ''}` : `by ${winner.kind} ${reason ?? ''}`,
      losers.map(({ kind, partnerId: loser, lost }) => `${kind} of ${loser ?? 'nobody'} lost ${lost ?? ''}`),
    ]),
    context.kyc.map(({ from, status }) => [from, status]),
    context.statuses.map(({ status, from, to }) => [status, from, to]),
    context.country,
  ];
}

/** No customer is bound to two partners at one instant; and whom it is bound to is found by the index that changes of the tree use. */
async function expectOneBond(house: House): Promise<void> {
  const rows = await house.database.owner<{ id: string; context: Partial<Context>; known: string[] }>(
    `select id, context, array(select partner_id::text from customer_bond b where b.lane = c.lane and b.customer_id = c.id) as known
     from customer c`,
  );
  for (const { id, context, known } of rows) {
    const bonds = context.attributions ?? [];
    if (new Set(bonds.map(({ from }) => from)).size < bonds.length)
      throw new Error(`customer ${id} is bound to two partners at one instant: ${JSON.stringify(bonds)}`);
    const unknown = bonds.find(({ partnerId }) => partnerId !== null && !known.includes(partnerId));
    if (unknown !== undefined)
      throw new Error(
        `customer ${id} is bound to ${unknown.partnerId ?? ''}, whom customer_bond does not have`,
      );
  }
  const two = await house.database.owner<{ customer_id: string; effective_from: string }>(
    `select customer_id, effective_from::text from fact f
     where kind = 'attribution' and of_customer is null
       and not exists (select from fact r where r.lane = f.lane and r.customer_id = f.customer_id
                       and r.kind = 'retraction' and r.body ->> 'retracts' = f.id::text)
     group by 1, 2 having count(*) > 1`,
  );
  if (two[0] !== undefined)
    throw new Error(
      `customer ${two[0].customer_id} was given to two partners from ${two[0].effective_from} on`,
    );
}

/** Every event, or customer, pays one chain of partners: one for each component and level. */
function expectOneChain(lines: readonly DecidedLine[], of: string): void {
  const partners = new Map<string, string>();
  for (const { component, level, partnerId } of lines) {
    const place = `${component} at level ${level}`;
    const other = partners.get(place) ?? partnerId;
    if (other !== partnerId)
      throw new Error(`${of} pays ${place} to two partners: ${other} and ${partnerId}`);
    partners.set(place, partnerId);
  }
}

async function readClaims(house: House): Promise<string[]> {
  const rows = await house.database.owner<{ claim: string }>(
    `select namespace || ' ' || value || ' ' || customer_id || ' ' || effective_from || ' ' || effective_to as claim from identity_link order by 1`,
  );
  return rows.map((row) => row.claim);
}

/** Zeros left out. */
function plain(sums: ReadonlyMap<string, bigint>): Record<string, string> {
  return Object.fromEntries(
    [...sums].filter(([, sum]) => sum !== 0n).map(([key, sum]): [string, string] => [key, sum.toString()]),
  );
}
