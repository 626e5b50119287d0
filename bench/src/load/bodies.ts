// What the load generator sends. Made by number, so that any share of the work can be made anywhere and nothing repeats.

/** Deposits of known customers, or bets and wins in turn: one event, no position to look up. */
export interface DepositBodies {
  readonly kind: 'deposits' | 'bets';
  readonly source: string;
  readonly customers: number;
  /** ISO UTC. */
  readonly at: string;
}

/** Executions of a trading platform: number i opens or closes position i, so that each closing is one closed trade. */
export interface ExecutionBodies {
  readonly kind: 'openings' | 'closings';
  readonly source: string;
  readonly customers: number;
  /** ISO UTC. */
  readonly at: string;
}

/** No body: a GET. */
export interface NoBodies {
  readonly kind: 'none';
}

/** Registrations that link customer and login of number i to the partner of a click. */
export interface RegistrationBodies {
  readonly kind: 'registrations';
  readonly source: string;
  readonly clickIds: readonly string[];
  /** ISO UTC. */
  readonly at: string;
}

export type Bodies = DepositBodies | ExecutionBodies | RegistrationBodies | NoBodies;

// A login of zero names nobody.
function loginOf(customer: number): string {
  return String(700_000 + customer);
}

/** One event in Plumbline's own shape, with the source that a single event must name. */
function eventOf(bodies: Bodies, i: number): object {
  switch (bodies.kind) {
    case 'deposits':
      return {
        source: bodies.source,
        kind: 'deposit',
        externalId: `d${i}`,
        occurredAt: bodies.at,
        amount: '25.50',
        currency: 'USD',
        identifiers: [{ namespace: 'customer', value: `c${i % bodies.customers}` }],
      };
    case 'bets':
      return {
        source: bodies.source,
        kind: i % 3 === 2 ? 'win' : 'bet',
        externalId: `b${i}`,
        occurredAt: bodies.at,
        amount: i % 3 === 2 ? '15.00' : '10.00',
        currency: 'USD',
        identifiers: [{ namespace: 'customer', value: `c${i % bodies.customers}` }],
      };
    case 'registrations':
      return {
        source: bodies.source,
        kind: 'registration',
        externalId: `r${i}`,
        occurredAt: bodies.at,
        identifiers: [
          { namespace: 'customer', value: `c${i}` },
          { namespace: 'mt5:live', value: loginOf(i) },
        ],
        clickId: bodies.clickIds[i % bodies.clickIds.length],
      };
    case 'openings':
    case 'closings':
      return executionOf(bodies, i);
    case 'none':
      throw new Error('a GET has no event');
  }
}

function executionOf(bodies: ExecutionBodies, i: number): object {
  const opens = bodies.kind === 'openings';
  const login = loginOf(i % bodies.customers);
  return {
    source: bodies.source,
    kind: 'execution',
    recordType: 'deal',
    externalId: `${opens ? 'o' : 'c'}${i}`,
    occurredAt: bodies.at,
    identifiers: [{ namespace: 'mt5:live', value: login }],
    execution: {
      account: `live:${login}`,
      position: `${i + 1}`,
      order: `${i + 1}`,
      side: opens ? 'buy' : 'sell',
      entry: opens ? 'in' : 'out',
      symbol: 'EURUSD',
      lots: '0.5',
      price: opens ? '1.10234' : '1.10361',
      contractSize: '100000',
      profit: opens ? '0' : '63.5',
      service: false,
      cancelled: false,
    },
  };
}

/** The body with the events from number `from` on, `count` of them; one event stands alone, several in a list or in lines. */
export function bodyOf(
  bodies: Bodies,
  from: number,
  count: number,
  form: 'list' | 'lines' = 'list',
): string | undefined {
  if (bodies.kind === 'none') return undefined;
  if (count === 1) return JSON.stringify(eventOf(bodies, from));
  const events = Array.from({ length: count }, (_, i) => eventOf(bodies, from + i));
  if (form === 'lines') return events.map((event) => `${JSON.stringify(event)}\n`).join('');
  return JSON.stringify(events);
}
