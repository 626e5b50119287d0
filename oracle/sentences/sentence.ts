// One sentence of the documents, with the smallest world in which it matters, and what it comes to by hand: neither the model nor the
// product was asked. Where both agree and this does not, both misread.
import type { ComponentDocument, Customer, DealDocument, Execution, World, WorldEvent } from '../world.ts';

export interface Sentence {
  readonly says: string;
  readonly of: string;
  readonly world: World;
  /** Amounts that are not zero, by the keys of model/line.ts. */
  readonly owes: Readonly<Record<string, string>>;
  /** Why the model cannot know it. */
  readonly beyondModel?: string;
  /** Number of the finding while the product says otherwise. */
  readonly finding?: string;
}

export const at = (text: string): number => Date.parse(text.includes('T') ? `${text}Z` : `${text}T12:00Z`);

export const NOW = Date.parse('2026-06-10T12:00:00Z');

export const component = (id: string, kind: string, more: object): ComponentDocument =>
  ({ id, kind, ...more }) as ComponentDocument;

export const deal = (
  components: readonly ComponentDocument[],
  more: Partial<DealDocument> = {},
): DealDocument => ({
  currency: 'USD',
  ...more,
  components,
});

/** A deal of everybody, from the beginning. */
export const always = (...components: ComponentDocument[]): World['deals'] => [
  { partner: null, from: null, document: deal(components) },
];

/** Of the first partner, without a country, since the morning of 2 January. */
export const customer = (more: Partial<Customer> = {}): Customer => ({
  registeredAt: at('2026-01-02T08:00'),
  partner: 0,
  country: null,
  ...more,
});

/** A program in UTC and US dollars with one partner, one customer and nothing else. */
export const world = (parts: Partial<World>): World => ({
  zone: 'UTC',
  baseCurrency: 'USD',
  partners: [{ parent: null }],
  moves: [],
  deals: [],
  customers: [customer()],
  reassignments: [],
  events: [],
  closed: [],
  now: NOW,
  ...parts,
});

/** A chain of so many partners, the top first; the customer is the last one's. */
export const chain = (count: number): Pick<World, 'partners' | 'customers'> => ({
  partners: Array.from({ length: count }, (_, index) => ({ parent: index === 0 ? null : index - 1 })),
  customers: [customer({ partner: count - 1 })],
});

type More = Partial<WorldEvent>;

export const event = (kind: string, id: string, when: string, more: More = {}): WorldEvent => ({
  id,
  kind,
  customer: 0,
  at: at(when),
  ...(more.amount === undefined || more.currency !== undefined ? {} : { currency: 'USD' }),
  ...more,
});

/** An event with an amount in US dollars. */
export const paid = (kind: string, id: string, when: string, amount: string, more: More = {}): WorldEvent =>
  event(kind, id, when, { amount, ...more });

/** A row of a report. */
export const row = (
  id: string,
  when: string,
  measures: Record<string, string>,
  more: More = {},
): WorldEvent => event('activity_day', id, when, { measures, currency: 'USD', ...more });

interface TradeParts extends Partial<Execution> {
  readonly more?: More;
}

/** A round turn of one lot EURUSD, bought and sold ten minutes later; its events are `<id>i` and `<id>o`. */
export function trade(
  id: string,
  opened: string,
  closed: string,
  { more, ...parts }: TradeParts = {},
): WorldEvent[] {
  const side = parts.side ?? 'buy';
  return [
    leg(`${id}i`, opened, { ...parts, side, entry: 'in', position: id, more: more ?? {} }),
    leg(`${id}o`, closed, {
      ...parts,
      side: side === 'buy' ? 'sell' : 'buy',
      entry: 'out',
      position: id,
      more: more ?? {},
    }),
  ];
}

export function leg(
  id: string,
  when: string,
  { more, ...parts }: TradeParts & Pick<Execution, 'side' | 'entry' | 'position'>,
): WorldEvent {
  return event('execution', id, when, {
    currency: 'USD',
    execution: {
      account: 'live:7',
      symbol: 'EURUSD',
      lots: '1',
      price: parts.entry === 'in' ? '1.0850' : '1.0900',
      contractSize: '100000',
      profit: '5',
      commission: '0',
      swap: '0',
      ...parts,
    },
    ...more,
  });
}
