// What an invented customer does so that a component of a deal has something to pay for. Pure.
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { Condition, DealComponent, DealDocument } from '../../registry/deals/facts.ts';

/** One thing that happens; the fields that every event has alike are added where it is played. */
export interface ToldEvent {
  readonly at: string;
  readonly content: Partial<CanonicalEvent> & Pick<CanonicalEvent, 'kind'>;
}

export interface Story {
  readonly sentences: readonly string[];
  readonly events: readonly ToldEvent[];
  readonly country: string | undefined;
}

/** The month in which all stories play. */
export const STORY_MONTH = '2026-01';
const day = (number: number, time = '12:00:00'): string =>
  `${STORY_MONTH}-${String(number).padStart(2, '0')}T${time}.000Z`;

/** A story for a component, in the currency of its deal. Figures are invented, and large enough for its own minimums. */
export function tellStory(component: DealComponent, document: DealDocument): Story {
  const country = 'only' in component ? component.only.countries[0] : undefined;
  const scope = 'only' in component ? scopeOf(component.only) : {};
  const { sentences, events } = eventsOf(component, document);
  return {
    sentences,
    country,
    events: events.map((one) => ({ ...one, content: { ...scope, ...one.content } })),
  };
}

function scopeOf(only: { readonly products: readonly string[]; readonly brands: readonly string[] }): object {
  const [product] = only.products;
  const [brand] = only.brands;
  return { ...(product === undefined ? {} : { product }), ...(brand === undefined ? {} : { brand }) };
}

type Told = Pick<Story, 'sentences' | 'events'>;

function eventsOf(component: DealComponent, document: DealDocument): Told {
  const { currency } = document;
  switch (component.kind) {
    case 'per_lot':
    case 'per_million':
    case 'spread_share':
    case 'commission_share':
      return trade(symbolOf(component.rates[0] ?? {}, document), currency);
    case 'cpa':
      return qualify(component, currency);
    case 'purchase_share':
      return {
        sentences: [`A customer buys a challenge for 500 ${currency}.`],
        events: [{ at: day(10), content: { kind: 'challenge_purchased', amount: '500', currency } }],
      };
    case 'stage_payment':
      return {
        sentences: [
          component.percent === null
            ? `A trader reaches the stage (${component.on.replaceAll('_', ' ')}).`
            : `A trader reaches the stage (${component.on.replaceAll('_', ' ')}), with an amount of 1000 ${currency}.`,
        ],
        events: [
          {
            at: day(10),
            content: {
              kind: component.on,
              amount: '1000',
              currency,
              extra: { phase: String(component.phase ?? 1) },
            },
          },
        ],
      };
    case 'revshare':
      return month(
        component.base,
        component.items.flatMap((item) => item.sum ?? []),
        currency,
      );
    case 'sub_partner_share':
      return month(component.revenue, [], currency);
    case 'flat_fee':
      return { sentences: ['A month goes by.'], events: [] };
  }
}

function symbolOf(
  row: { readonly symbol?: string; readonly group?: string },
  document: DealDocument,
): string {
  return (
    row.symbol ?? (row.group === undefined ? undefined : document.symbolGroups[row.group]?.[0]) ?? 'EURUSD'
  );
}

function trade(symbol: string, currency: string, number = 1): Told {
  const execution = {
    account: 'live:1001',
    position: String(number),
    symbol,
    lots: '2',
    contractSize: '100000',
    service: false,
    cancelled: false,
  };
  const measures = {
    bid: '1.1049',
    ask: '1.1051',
    spread: '0.0002',
    average_spread: '0.0002',
    equity: '5000',
    credit: '0',
    balance: '5000',
  };
  return {
    sentences: [
      `A customer opens 2 lots ${symbol} at 1.1 and closes them an hour later at 1.105, at a spread of 0.0002 and for a commission of 14 ${currency}, with a loss of 500 ${currency}.`,
    ],
    events: [
      {
        at: day(10, '12:00:00'),
        content: {
          kind: 'execution',
          recordType: 'deal',
          accountCurrency: currency,
          currency,
          measures,
          execution: {
            ...execution,
            order: `${number}1`,
            side: 'sell',
            entry: 'in',
            price: '1.1',
            commission: '-7',
          },
        },
      },
      {
        at: day(10, '13:00:00'),
        content: {
          kind: 'execution',
          recordType: 'deal',
          accountCurrency: currency,
          currency,
          measures,
          execution: {
            ...execution,
            order: `${number}2`,
            side: 'buy',
            entry: 'out',
            price: '1.105',
            commission: '-7',
            profit: '-500',
          },
        },
      },
    ],
  };
}

/** A month of a customer, told as one row of a report, or by what the base is made of. */
function month(base: string, sums: readonly string[], currency: string): Told {
  if (base === 'pnl' || base === 'spread' || base === 'trading_commission') return trade('EURUSD', currency);
  if (base === 'purchases')
    return {
      sentences: [`A customer buys a challenge for 500 ${currency}.`],
      events: [{ at: day(10), content: { kind: 'challenge_purchased', amount: '500', currency } }],
    };
  const known: Record<string, string> = {
    bets: '10000',
    wins: '8000',
    ggr: '2000',
    ngr: '1500',
    rake: '500',
    deposits: '3000',
    deposit_count: '3',
    withdrawals: '500',
    bonus_cost: '200',
  };
  const measures: Record<string, string> = { ...known };
  for (const name of sums) measures[name] ??= '100';
  const told = Object.entries(measures).map(([name, value]) => `${name.replaceAll('_', ' ')} ${value}`);
  return {
    sentences: [`In a month a customer brings, in ${currency}: ${told.join(', ')}.`],
    events: [{ at: day(15), content: { kind: 'activity_day', currency, measures } }],
  };
}

type Cpa = Extract<DealComponent, { kind: 'cpa' }>;

/** Deposits what all conditions together ask for, and whatever else they name. */
function qualify(component: Cpa, currency: string): Told {
  const wants = component.conditions === null ? [] : listWants(component.conditions);
  const most = (metrics: readonly string[], least: number): number =>
    Math.max(
      least,
      ...wants.filter(({ metric }) => metrics.includes(metric)).map(({ atLeast }) => Number(atLeast)),
    );
  const amount = Math.max(
    Number(component.minimumDeposit),
    Number(component.baseline ?? '0'),
    most(['deposits', 'net_deposits'], 1),
  );
  const deposits = Math.min(20, most(['deposit_count'], 1));
  const days = Math.min(25, most(['active_days', 'rounds'], 0));
  const wagered = most(['wagered'], 0);
  const trades = Math.min(20, Math.max(most(['trades'], 0), Math.ceil(most(['lots'], 0) / 2)));
  const purchases = most(['purchases'], 0);
  const product = wants.find((want) => want.product !== undefined)?.product;
  const of = product === undefined ? {} : { product };
  const bets = Math.max(days, wagered > 0 ? 1 : 0);
  const stake = bets === 0 ? 0 : Math.ceil(Math.max(wagered, bets) / bets);
  return {
    sentences: [
      `A customer registers on 2 January, passes the verification, and deposits ${amount} ${currency} on 3 January${deposits > 1 ? `, in all ${deposits} times` : ''}.`,
      ...(bets === 0 ? [] : [`It wagers ${stake} ${currency} on ${bets} ${bets === 1 ? 'day' : 'days'}.`]),
      ...(trades === 0 ? [] : [`It trades 2 lots ${trades} ${trades === 1 ? 'time' : 'times'}.`]),
      ...(purchases === 0 ? [] : [`It buys a challenge for ${purchases} ${currency}.`]),
    ],
    events: [
      ...Array.from({ length: deposits }, (_, index): ToldEvent => ({
        at: day(3, `12:00:${String(index).padStart(2, '0')}`),
        content: { kind: 'deposit', amount: String(amount), currency },
      })),
      ...Array.from({ length: bets }, (_, index): ToldEvent => ({
        at: day(4 + index),
        content: { kind: 'bet', amount: String(stake), currency, extra: { round: String(index) }, ...of },
      })),
      ...Array.from({ length: trades }, (_, index) => trade('EURUSD', currency, index + 1).events).flat(),
      ...(purchases === 0
        ? []
        : [
            {
              at: day(5),
              content: { kind: 'challenge_purchased' as const, amount: String(purchases), currency },
            },
          ]),
    ],
  };
}

type Want = Extract<Condition, { readonly metric: unknown }>;

function listWants(condition: Condition): Want[] {
  if ('metric' in condition) return [condition];
  return ('all' in condition ? condition.all : condition.any).flatMap(listWants);
}
