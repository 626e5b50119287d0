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
export async function observe(house: House, stage: BuiltStage): Promise<Outcome> {
  await expectSound(house);
  const desired = await readDesired(house);
  const posted = await readPosted(house);
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
  return plain(sums);
}

async function readPosted(house: House): Promise<Record<string, string>> {
  const rows = await house.database.owner<{ key: string; amount: string }>(
    `select (i ->> 'k') || ' ' || j.hold_day::text || regexp_replace(j.hold_reason, '^restatement_review:[^:]*:?', '') || ' ' || j.currency as key, sum((i ->> 'a')::numeric)::text as amount
     from journal j cross join jsonb_array_elements(j.items) as t (i) where j.kind <> 'release' group by 1`,
  );
  return plain(new Map(rows.map((row) => [row.key, BigInt(row.amount)])));
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
  }[];
  readonly kyc: readonly { readonly from: number | null; readonly status: string }[];
}

// Ids of facts differ from copy to copy; what the facts say does not.
function bondsOf(context: Context): unknown {
  return [
    context.attributions.map(({ from, partnerId, reason }) => [from, partnerId, reason ?? '']),
    context.kyc.map(({ from, status }) => [from, status]),
  ];
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
