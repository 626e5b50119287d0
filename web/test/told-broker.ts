// A small broker, told through the public API: a tree of partners, customers who came by their links, deposits, trades
// that count and trades that do not. What the console's pages show is made of this.

export interface ToldBroker {
  readonly programId: string;
  /** Head of the tree, and a partner at its third level. */
  readonly master: string;
  readonly sub: string;
  /** A customer with paid trades, one too short, and one that waits; and one that nobody referred. */
  readonly customer: string;
  readonly organic: string;
  readonly customerName: string;
  readonly source: string;
}

type Answer = ReturnType<typeof JSON.parse>;

export interface ApiAddress {
  readonly url: string;
  readonly key: string;
}

/** One call of the API; throws what it answered when that is no success. */
export async function callServer(
  at: ApiAddress,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const answer = await fetch(`${at.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${at.key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

const TREE: readonly (readonly [name: string, parent: string | null])[] = [
  ['Meridian Markets', null],
  ['Meridian North', 'Meridian Markets'],
  ['Meridian South', 'Meridian Markets'],
  ['Aurora Signals', 'Meridian North'],
  ['Harbor Trading Desk', 'Meridian North'],
  ['Lena Fischer', 'Meridian North'],
  ['Pampas FX', 'Meridian South'],
  ['Cordoba Traders Club', 'Meridian South'],
  ['Baltic Pips', 'Aurora Signals'],
];

const DEAL = {
  currency: 'USD',
  symbolGroups: { metals: ['XAUUSD'] },
  components: [
    {
      id: 'per-lot',
      kind: 'per_lot',
      levels: { mode: 'additive_fixed' },
      rates: [{ rate: '7' }, { group: 'metals', rate: '10' }],
      overrides: [{ rate: '1' }],
    },
    { id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '100', override: '15' },
  ],
};

/** Tells the broker's first day. `customers`: how many come by links, 1 or more. The run's name keeps slugs of several apart. */
export async function tellBroker(
  at: ApiAddress,
  options: { customers: number; run: string },
): Promise<ToldBroker> {
  const { run } = options;
  const inMinutes = clockOf();
  const program = await callServer(at, 'POST', '/v1/programs', {
    name: `Meridian ${run}`,
    vertical: 'forex',
    sandbox: true,
  });
  const programId: string = program.id;
  const partners = await tellPartners(at, programId);
  await callServer(at, 'POST', '/v1/deals', { programId, document: DEAL }).catch(() => undefined);
  const crm = `crm-${run}`;
  const mt5 = `mt5-${run}`;
  await callServer(at, 'POST', '/v1/sources', {
    programId,
    slug: crm,
    preset: 'generic-s2s',
    registrar: true,
  });
  await callServer(at, 'POST', '/v1/sources', {
    programId,
    slug: mt5,
    preset: 'mt5',
    settings: { server: 'live', zone: 'UTC' },
  });
  const sellers = ['Baltic Pips', 'Lena Fischer', 'Pampas FX', 'Harbor Trading Desk', 'Aurora Signals'];
  const links: string[] = [];
  for (const name of sellers) {
    const link = await callServer(at, 'POST', '/v1/links', {
      partnerId: partners.get(name),
      landingUrl: 'https://broker.example/start',
      campaign: 'autumn',
    });
    links.push(link.url);
  }
  for (let index = 0; index < options.customers; index += 1) {
    const click = await clickOn(at, links[index % links.length] ?? '');
    await tellCustomer(at, { crm, mt5, number: 1001 + index, click, inMinutes });
  }
  await tellOrganic(at, { crm, inMinutes });
  await callServer(at, 'POST', '/v1/quiesce', {});
  return {
    programId,
    master: partners.get('Meridian Markets') ?? '',
    sub: partners.get('Baltic Pips') ?? '',
    customer: await customerOf(at, programId, '1001'),
    organic: await customerOf(at, programId, '9001'),
    customerName: '1001',
    source: crm,
  };
}

async function tellPartners(at: ApiAddress, programId: string): Promise<Map<string, string>> {
  const partners = new Map<string, string>();
  for (const [name, parent] of TREE) {
    const made = await callServer(at, 'POST', '/v1/partners', {
      programId,
      name,
      ...(parent === null ? {} : { parentId: partners.get(parent) }),
    });
    partners.set(name, made.id);
  }
  return partners;
}

/** Follows a tracking link as a browser would; the click id that the landing page gets. */
async function clickOn(at: ApiAddress, link: string): Promise<string> {
  const answer = await fetch(`${at.url}${new URL(link).pathname}?sub1=newsletter`, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '').searchParams.get('click_id') ?? '';
}

interface ToldCustomer {
  readonly inMinutes: (minutes: number) => string;
  readonly crm: string;
  readonly mt5: string;
  readonly number: number;
  readonly click: string;
}

async function tellCustomer(
  at: ApiAddress,
  { crm, mt5, number, click, inMinutes }: ToldCustomer,
): Promise<void> {
  const customer = [{ namespace: 'customer', value: String(number) }];
  const login = String(700_000 + number);
  await callServer(at, 'POST', '/v1/events/batch', {
    source: crm,
    events: [
      {
        kind: 'registration',
        externalId: `r-${number}`,
        occurredAt: inMinutes(0),
        identifiers: [
          ...customer,
          { namespace: 'click', value: click },
          { namespace: 'mt5:live', value: login },
        ],
        clickId: click,
      },
      {
        kind: 'deposit',
        externalId: `d-${number}`,
        occurredAt: inMinutes(1),
        identifiers: customer,
        amount: String(150 + (number % 7) * 50),
        currency: 'USD',
      },
    ],
  });
  await callServer(at, 'POST', '/v1/events/batch', {
    source: mt5,
    events: [
      ...trade(inMinutes, { login, position: `${number}1`, symbol: 'EURUSD', lots: '1.5', from: 3, to: 19 }),
      ...trade(inMinutes, { login, position: `${number}2`, symbol: 'XAUUSD', lots: '0.4', from: 8, to: 31 }),
      // Open for one minute only: it does not count.
      ...trade(inMinutes, { login, position: `${number}3`, symbol: 'GBPUSD', lots: '1', from: 12, to: 13 }),
      // Its opening never came: it waits.
      ...trade(inMinutes, {
        login,
        position: `${number}4`,
        symbol: 'EURUSD',
        lots: '2',
        from: 20,
        to: 40,
      }).slice(1),
      // Of a login that nobody knows: parked.
      ...(number % 3 === 0
        ? trade(inMinutes, {
            login: `99${number}`,
            position: `${number}5`,
            symbol: 'EURUSD',
            lots: '1',
            from: 5,
            to: 15,
          })
        : []),
    ],
  });
}

async function tellOrganic(
  at: ApiAddress,
  { crm, inMinutes }: Pick<ToldCustomer, 'crm' | 'inMinutes'>,
): Promise<void> {
  const identifiers = [{ namespace: 'customer', value: '9001' }];
  await callServer(at, 'POST', '/v1/events/batch', {
    source: crm,
    events: [
      { kind: 'registration', externalId: 'r-9001', occurredAt: inMinutes(0), identifiers },
      {
        kind: 'deposit',
        externalId: 'd-9001',
        occurredAt: inMinutes(1),
        identifiers,
        amount: '500',
        currency: 'USD',
      },
    ],
  });
}

async function customerOf(at: ApiAddress, programId: string, value: string): Promise<string> {
  const found = await callServer(at, 'GET', `/v1/customers?programId=${programId}&search=${value}`);
  return found.items[0].id;
}

interface ToldTrade {
  readonly login: string;
  readonly position: string;
  readonly symbol: string;
  readonly lots: string;
  /** Opened and closed at these minutes of the story. */
  readonly from: number;
  readonly to: number;
}

function trade(
  inMinutes: (minutes: number) => string,
  { login, position, symbol, lots, from, to }: ToldTrade,
): object[] {
  return [
    { at: from, entry: 'in', side: 'buy' },
    { at: to, entry: 'out', side: 'sell' },
  ].map(({ at, entry, side }) => ({
    kind: 'execution',
    recordType: 'deal',
    externalId: `${position}-${entry}`,
    occurredAt: inMinutes(at),
    identifiers: [{ namespace: 'mt5:live', value: login }],
    execution: {
      account: `live:${login}`,
      position,
      order: `${position}-${entry}`,
      side,
      entry,
      symbol,
      lots,
      price: '1.1',
      contractSize: '100000',
      service: false,
      cancelled: false,
    },
  }));
}

// The clicks happen now, so each story begins a moment after it is begun to be told; the server takes events up to a day
// ahead of its clock.
function clockOf(): (minutes: number) => string {
  const begin = Date.now() + 10_000;
  return (minutes) => new Date(begin + minutes * 60_000).toISOString();
}
