// What the drill tells Plumbline, decided from a seed alone and simple enough that its money can be added up by hand:
// a closed lot pays 7.00 to the partner of the customer and 2.00 to the partner above, a first deposit of 60.00 or more
// pays 40.00 and 4.00 once. Everything happened on one day, after the click.
import type { Random } from './random.ts';

/** What the sender needs to know of the world that was set up for it. */
export interface World {
  readonly programId: string;
  /** The partner whose link every customer followed, and the one above; wire ids. */
  readonly leaf: string;
  readonly top: string;
  /** To whom customers are given for a while; nobody's is one at rest. */
  readonly other: string;
  readonly token: string;
  readonly clickId: string;
  /** Key of a second person, who agrees to what the operator proposes. */
  readonly second: string;
}

export const CRM = 'crm';
export const PLATFORM = 'platform';
export const NAMESPACE = 'mt5:drill';
/** The clock of the program at first; the click happens then. */
export const CLICK_DAY = '2026-03-01T00:00:00Z';
/** Everything else happens on this day. */
export const DAY = '2026-03-02';
/** The clock while events come in: the day is over. */
export const TOLD_DAY = '2026-03-03T00:00:00Z';

/** One fact about a customer, told one or more times, in one or more revisions. */
export type Item = { readonly customer: number; readonly key: string; readonly rank: number } & (
  | { readonly kind: 'registration'; readonly alsoLinks: boolean }
  | { readonly kind: 'link' }
  | { readonly kind: 'api-link' }
  | { readonly kind: 'deposit'; readonly minute: number; readonly amount: number }
  | { readonly kind: 'open'; readonly position: number }
  | { readonly kind: 'close'; readonly position: number; readonly lots: number; readonly cancelled: boolean }
);

/** One request with what it tells. */
export interface Outgoing {
  readonly items: readonly Item[];
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export function customerName(customer: number): string {
  return `c${customer}`;
}

export function loginOf(customer: number): string {
  return String(500_000 + customer);
}

/** Everything about one customer, in an order that a careless network could make of it. */
export function tellCustomer(world: World, random: Random, customer: number): Outgoing[] {
  const style = customer % 4;
  const told = [tellRegistration(world, random, customer, style === 0), ...tellLinks(world, customer, style)];
  told.push(...tellDeposits(world, random, customer), ...tellTrades(random, customer));
  const again = told.filter(() => random.chance(15));
  return random.shuffle([...told, ...again]);
}

function tellRegistration(world: World, random: Random, customer: number, alsoLinks: boolean): Outgoing {
  const name = customerName(customer);
  if (!alsoLinks && random.chance(50)) {
    const query = new URLSearchParams({
      event: 'registration',
      customer_id: name,
      click_id: world.clickId,
      occurred_at: `${DAY}T06:00:00Z`,
      external_id: `reg-${name}`,
      token: world.token,
    });
    return get(`/s2s/${CRM}?${query}`, [
      { kind: 'registration', customer, key: `${CRM}/reg-${name}`, rank: 1, alsoLinks },
    ]);
  }
  const item: Item = { kind: 'registration', customer, key: `${CRM}/reg-${name}`, rank: 1, alsoLinks };
  return post('/v1/events', [item], {
    source: CRM,
    kind: 'registration',
    externalId: `reg-${name}`,
    occurredAt: `${DAY}T06:00:00Z`,
    clickId: world.clickId,
    version: '1',
    identifiers: [
      customerId(customer),
      ...(alsoLinks ? [{ namespace: NAMESPACE, value: loginOf(customer) }] : []),
    ],
  });
}

/** The login belongs to the customer: told by the registration, by a row of a mapping table, or as a fact by API. */
function tellLinks(world: World, customer: number, style: number): Outgoing[] {
  if (style === 0) return [];
  const name = customerName(customer);
  if (style === 1) {
    const body = {
      programId: world.programId,
      namespace: NAMESPACE,
      value: loginOf(customer),
      customer: { value: name },
    };
    const told = post(
      '/v1/identifiers',
      [{ kind: 'api-link', customer, key: `api/link-${name}`, rank: 1 }],
      body,
    );
    return [{ ...told, headers: { ...told.headers, 'idempotency-key': `drill-link-${name}` } }];
  }
  const link = {
    namespace: NAMESPACE,
    value: loginOf(customer),
    customerNamespace: 'customer',
    customerValue: name,
  };
  const row = {
    source: CRM,
    kind: 'identifier_link',
    externalId: `link-${name}`,
    occurredAt: `${DAY}T06:30:00Z`,
    version: '1',
    identifiers: [customerId(customer)],
    link,
  };
  return [post('/v1/events/batch', [{ kind: 'link', customer, key: `${CRM}/link-${name}`, rank: 1 }], [row])];
}

/** One to three deposits in one batch or one by one; some are corrected later, below what qualifies. */
function tellDeposits(world: World, random: Random, customer: number): Outgoing[] {
  const minutes = Array.from({ length: 1 + random.below(3) }, (_, index) => index);
  const rows = minutes.map((minute) =>
    depositRow(customer, minute, { amount: random.pick([30, 100, 250]), rank: 1 }),
  );
  const correction = random.chance(30)
    ? [depositRow(customer, 0, { amount: random.pick([20, 80]), rank: 2 })]
    : [];
  const single = (row: DepositRow): Outgoing => post('/v1/events', [row.item], { source: CRM, ...row.body });
  if (rows.length > 1 && random.chance(60)) {
    return [
      post(
        '/v1/events/batch',
        rows.map((row) => row.item),
        { source: CRM, events: rows.map(({ body }) => body) },
      ),
      ...correction.map(single),
    ];
  }
  return [...rows, ...correction].map(single);
}

interface DepositRow {
  readonly item: Item;
  readonly body: Readonly<Record<string, unknown>>;
}

function depositRow(customer: number, minute: number, told: { amount: number; rank: number }): DepositRow {
  const externalId = `dep-${customerName(customer)}-${minute}`;
  return {
    item: { kind: 'deposit', customer, key: `${CRM}/${externalId}`, minute, ...told },
    body: {
      kind: 'deposit',
      externalId,
      occurredAt: `${DAY}T07:0${minute}:00Z`,
      amount: `${told.amount}.00`,
      currency: 'USD',
      version: String(told.rank),
      identifiers: [customerId(customer)],
    },
  };
}

/** Trades as the platform reports them: an opening and a closing execution each, on pages that are cut anywhere. */
function tellTrades(random: Random, customer: number): Outgoing[] {
  const rows: { item: Item; row: object }[] = [];
  const count = 1 + random.below(3);
  for (let trade = 0; trade < count; trade += 1) {
    const position = customer * 10 + trade;
    const lots = random.pick([1, 2]);
    const open = position * 10;
    rows.push({
      item: { kind: 'open', customer, key: `${PLATFORM}/${open}`, rank: 1, position },
      row: dealRow(customer, { deal: open, position, lots, entry: 0, action: 0 }),
    });
    const close = (rank: number, cancelled: boolean): { item: Item; row: object } => ({
      item: { kind: 'close', customer, key: `${PLATFORM}/${open + 1}`, rank, position, lots, cancelled },
      row: dealRow(customer, { deal: open + 1, position, lots, entry: 1, action: cancelled ? 14 : 1 }),
    });
    rows.push(close(1, false));
    if (random.chance(15)) rows.push(close(2, true));
  }
  const mixed = random.shuffle(rows);
  const cut = random.below(mixed.length + 1);
  return [mixed.slice(0, cut), mixed.slice(cut)]
    .filter((page) => page.length > 0)
    .map((page) =>
      post(
        `/v1/sources/${PLATFORM}/deliveries`,
        page.map(({ item }) => item),
        { retcode: '0 Done', answer: page.map(({ row }) => row) },
      ),
    );
}

function dealRow(
  customer: number,
  told: { deal: number; position: number; lots: number; entry: 0 | 1; action: number },
): object {
  const seconds = Date.parse(`${DAY}T08:00:00Z`) / 1000 + (told.entry === 0 ? 0 : 3600);
  return {
    Deal: String(told.deal),
    Login: loginOf(customer),
    Order: String(told.deal),
    Action: String(told.action),
    Entry: String(told.entry),
    Reason: '0',
    Time: String(seconds),
    TimeMsc: String(seconds * 1000),
    Symbol: 'EURUSD',
    Price: told.entry === 0 ? '1.07000' : '1.07500',
    Volume: String(told.lots * 10_000),
    VolumeClosed: told.entry === 0 ? '0' : String(told.lots * 10_000),
    ContractSize: '100000.00',
    Profit: told.entry === 0 ? '0.00' : '500.00',
    PositionID: String(told.position),
  };
}

function customerId(customer: number): { namespace: string; value: string } {
  return { namespace: 'customer', value: customerName(customer) };
}

function get(path: string, items: readonly Item[]): Outgoing {
  return { items, method: 'GET', path, headers: {}, body: undefined };
}

function post(path: string, items: readonly Item[], body: unknown): Outgoing {
  return {
    items,
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
