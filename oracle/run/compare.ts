// Where the model and the product differ, and the smallest part of a world in which they still do.
import type { TestApi } from '../../server/test/support/test-api.ts';
import { openChance } from '../chance.ts';
import { evaluate } from '../model/evaluate.ts';
import type { Answer } from '../model/evaluate.ts';
import { LATER, STANDING } from '../model/standing.ts';
import { max, same, show, ZERO } from '../model/rational.ts';
import { RATES } from '../rates.ts';
import type { Execution, World } from '../world.ts';
import { RefusedError } from './doors.ts';
import { checkOutcome } from './invariants.ts';
import type { Checks } from './invariants.ts';
import { tellWorlds } from './tell.ts';
import type { Tale } from './tell.ts';
import type { Outcome, Payable } from './teller.ts';

export type Verdict =
  | { readonly kind: 'agree'; readonly amounts: number; readonly said: ReadonlySet<string> }
  | { readonly kind: 'differ'; readonly places: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string };

export interface CompareOptions {
  /** Also in an order that follows from this number. */
  readonly shuffle?: number;
}

/** Counts what was checked beside the model. */
export interface Company {
  readonly checks?: Checks;
}

export async function compareWorld(
  api: TestApi,
  world: World,
  options: CompareOptions = {},
): Promise<Verdict> {
  const [verdict] = await compareWorlds(api, [{ world, ...options }]);
  if (verdict === undefined) throw new Error('one world was compared, and there is no verdict');
  return verdict;
}

/** Many worlds in one go; those with a number are told a second time, as another program, in the order that follows from it. */
export async function compareWorlds(
  api: TestApi,
  asked: readonly (CompareOptions & { readonly world: World })[],
  { checks = new Map() }: Company = {},
): Promise<Verdict[]> {
  const tales = asked.flatMap(({ world, shuffle }): Tale[] =>
    shuffle === undefined ? [{ world }] : [{ world }, { world, shuffled: openChance(shuffle) }],
  );
  const outcomes = await tellWorlds(api, tales);
  return asked.map(({ world }) => {
    const expected = evaluate(world, RATES);
    const own = tales.flatMap((tale, index) => (tale.world === world ? [outcomes[index]] : []));
    return judge({ world, expected, checks }, own);
  });
}

interface Case {
  readonly world: World;
  readonly expected: Answer;
  readonly checks: Checks;
}

function judge(
  { world, expected, checks }: Case,
  outcomes: readonly (Outcome | RefusedError | undefined)[],
): Verdict {
  const said = new Set<string>();
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome === undefined) throw new Error('a world was told, and nothing came back');
    if (outcome instanceof RefusedError) return { kind: 'refused', why: outcome.message };
    // What reaches into what was decided waits for a review, and is not payable.
    const isReviewed =
      index > 0 ||
      world.merges !== undefined ||
      world.settingsLater !== undefined ||
      world.countries !== undefined;
    const places = [
      ...differences(expected, outcome),
      ...(isReviewed ? [] : unpaidApart(expected, outcome.payable)),
      ...checkOutcome(world, outcome, checks),
    ];
    if (index > 0) checks.set(TOLD_AGAIN, (checks.get(TOLD_AGAIN) ?? 0) + 1);
    if (places.length > 0)
      return { kind: 'differ', places: index === 0 ? places : ['in another order:', ...places] };
    for (const reason of outcome.said) said.add(reason);
  }
  return { kind: 'agree', amounts: expected.amounts.size, said };
}

const TOLD_AGAIN = 'told again in another order, doubled and split over doors';

/** Reasons of kinds of events on which no component pays. */
const NOBODY_PAYS = ['not_commissionable', 'info_only'];

/** Other reasons of what no component on trades pays: another component says them. */
const ELSEWHERE = ['settled_by_period', 'zero_amount', 'cpa_instead', 'share_begins_later'];

const GATES = ['self_excluded', 'cooling_off', 'blocked', 'not_unique', 'kyc_failed'];

function differences(answer: Answer, { amounts, apart, reasons }: Outcome): string[] {
  const expected = answer.amounts;
  const keys = [...new Set([...expected.keys(), ...amounts.keys()])].sort();
  const places = keys
    .filter((key) => !same(expected.get(key) ?? ZERO, amounts.get(key) ?? ZERO))
    .map(
      (key) => `${key}: model ${show(expected.get(key) ?? ZERO)}, product ${show(amounts.get(key) ?? ZERO)}`,
    );
  const unlike = [...answer.unpaid].flatMap(([id, mayBe]) => {
    const told = reasons.get(id) ?? 'paid';
    // A trade that also counts for a share of revenue says that first, and one of which nothing could be paid, too (finding 22).
    const isOfGates = GATES.includes(told) && [...mayBe].some((reason) => GATES.includes(reason));
    return mayBe.has(told) || isOfGates || ELSEWHERE.includes(told)
      ? []
      : [`event ${id}: model ${[...mayBe].join(' or ')}, product ${told}`];
  });
  const barred = [...answer.standing].flatMap(([id, barredBy]) => {
    const told = reasons.get(id) ?? undefined;
    // A kind of event on which no component pays says so, whoever did it.
    if (barredBy === LATER || (barredBy !== undefined && NOBODY_PAYS.includes(told ?? ''))) return [];
    // Partners above may earn on it by month; and of two gates that are shut it is open which is named.
    if (told === 'settled_by_period' && barredBy === 'no_deal') return [];
    if (GATES.includes(told ?? '') && GATES.includes(barredBy ?? '')) return [];
    if (told === barredBy || (barredBy === undefined && !STANDING.includes(told ?? ''))) return [];
    return [`event ${id}: model ${barredBy ?? 'nothing against it'}, product ${told ?? 'paid'}`];
  });
  return [
    ...places,
    ...unlike,
    ...barred,
    ...apart.map((place) => `${place}: commissions and balance differ`),
  ];
}

/** What can be paid; where somebody owes it is only said that there is nothing. */
function unpaidApart({ payable: expected }: Answer, payable: ReadonlyMap<string, Payable>): string[] {
  return [...new Set([...expected.keys(), ...payable.keys()])].sort().flatMap((key) => {
    const model = max(expected.get(key) ?? ZERO, ZERO);
    const product = max(payable.get(key)?.amount ?? ZERO, ZERO);
    const groups = JSON.stringify(payable.get(key)?.groups ?? []);
    return same(model, product)
      ? []
      : [`payable ${key}: model ${show(model)}, product ${show(product)} ${groups}`];
  });
}

/** Drops events, customers, deals and settings for as long as the two still differ; within so many milliseconds. */
export async function shrink(api: TestApi, world: World, within: number): Promise<World> {
  const until = Date.now() + within;
  let smallest = world;
  for (let again = true; again && Date.now() < until;) {
    again = false;
    for (const smaller of smallerOnes(smallest)) {
      if (Date.now() > until) break;
      if (!isWhole(smaller)) continue;
      let verdict: Verdict;
      try {
        verdict = await compareWorld(api, smaller);
      } catch {
        continue;
      }
      if (verdict.kind !== 'differ') continue;
      smallest = smaller;
      again = true;
      break;
    }
  }
  return smallest;
}

/** Whether what is left still makes sense: no chargeback of nothing, and no position that closes more than it opened. */
function isWhole({ events }: World): boolean {
  const ids = new Set(events.map(({ id }) => id));
  if (events.some(({ originalId }) => originalId !== undefined && !ids.has(originalId))) return false;
  const lots = new Map<string, number>();
  for (const { execution } of events)
    if (execution !== undefined)
      lots.set(execution.position, (lots.get(execution.position) ?? 0) + openedBy(execution));
  const pairs = new Set(events.map(({ execution }) => execution?.closeByPosition && execution.position));
  if (events.some(({ execution }) => execution?.closeByPosition && !pairs.has(execution.closeByPosition)))
    return false;
  return [...lots.values()].every((left) => left > -1e-9);
}

function openedBy({ entry, lots, closedLots }: Execution): number {
  if (entry === 'in') return Number(lots);
  return entry === 'inout' ? Number(lots) - 2 * Number(closedLots) : -Number(lots);
}

function* smallerOnes(world: World): Generator<World> {
  const { events } = world;
  yield* withoutOneComponent(world);
  for (const customer of world.customers.keys())
    if (events.some((event) => event.customer === customer))
      yield { ...world, events: events.filter((event) => event.customer !== customer) };
  for (let size = Math.ceil(events.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < events.length; from += size)
      yield { ...world, events: events.filter((_one, index) => index < from || index >= from + size) };
  for (const list of ['deals', 'moves', 'reassignments', 'closed', 'merges', 'countries'] as const) {
    const all: readonly unknown[] = world[list] ?? [];
    for (const index of all.keys())
      yield { ...world, [list]: all.filter((_one, place) => place !== index) } as World;
  }
  yield* smallerDeals(world);
  if (world.zone !== 'UTC') yield { ...world, zone: 'UTC' };
  const last = world.partners.length - 1;
  const used =
    world.customers.some(({ partner }) => partner === last) ||
    world.deals.some(({ partner }) => partner === last) ||
    world.moves.some(({ partner, parent }) => partner === last || parent === last) ||
    world.reassignments.some(({ partner }) => partner === last);
  if (last > 0 && !used) yield { ...world, partners: world.partners.slice(0, -1) };
  const lastCustomer = world.customers.length - 1;
  const named =
    events.some(({ customer }) => customer === lastCustomer) ||
    (world.countries ?? []).some(({ customer }) => customer === lastCustomer) ||
    (world.merges ?? []).some(({ from, into }) => from === lastCustomer || into === lastCustomer);
  if (lastCustomer > 0 && !named)
    yield {
      ...world,
      customers: world.customers.slice(0, -1),
      reassignments: world.reassignments.filter((one) => one.customer !== lastCustomer),
    };
}

/** Without all components of one id: the boldest step, and mostly the right one. */
function* withoutOneComponent(world: World): Generator<World> {
  const ids = new Set(world.deals.flatMap(({ document }) => document.components.map(({ id }) => id)));
  if (ids.size < 2) return;
  for (const id of ids) {
    const deals = world.deals
      .map((deal) => ({
        ...deal,
        document: { ...deal.document, components: deal.document.components.filter((one) => one.id !== id) },
      }))
      .filter(({ document }) => document.components.length > 0);
    yield { ...world, deals };
  }
}

function* smallerDeals(world: World): Generator<World> {
  for (const [place, deal] of world.deals.entries()) {
    const put = (document: object): World => ({
      ...world,
      deals: world.deals.map((one, index) =>
        index === place ? { ...one, document } : one,
      ) as World['deals'],
    });
    const { components } = deal.document;
    for (const [index, component] of components.entries()) {
      if (components.length > 1)
        yield put({ ...deal.document, components: components.filter((_one, at) => at !== index) });
      for (const name of Object.keys(component)) {
        if (['id', 'kind'].includes(name)) continue;
        const { [name]: _left, ...rest } = component;
        yield put({ ...deal.document, components: components.map((one, at) => (at === index ? rest : one)) });
      }
    }
    if (deal.document.rounding !== undefined) {
      const { rounding: _rounding, ...rest } = deal.document;
      yield put(rest);
    }
  }
}
