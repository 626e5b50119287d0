// Which rows of what an earlier system left can be taken, and what they come to (rules.md 1.8). Pure.
import { compareDecimals, decimal, isZero, parseDecimal, signOf, ZERO } from '../../kernel/decimal.ts';
import { customerIdOf } from '../../kernel/derived-ids.ts';
import { parseWireId } from '../../kernel/ids.ts';
import { addMicros, parseIsoInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { isCurrency, parseMinor } from '../../kernel/money.ts';
import { endOfPeriod } from '../../kernel/period.ts';
import { localDate } from '../../kernel/zone.ts';
import { explainIllegalIdentifier } from '../../pipeline/mapping/index.ts';
import type { DealComponent } from '../deals/facts.ts';
import { findDealInForce } from '../facts.ts';
import type { OpeningState, ProgramSnapshot } from '../facts.ts';
import { NO_LANE, OPENING_COMPONENT } from './facts.ts';
import type { BadRow, ManualRow } from './facts.ts';
import type { AskedOpening } from './read-openings.ts';

/** A row before it has a number and an id. */
export type WantedRow = Omit<ManualRow, 'rowNo' | 'id'>;

/** What rows that say nothing mean, and the partners that may be named. */
export interface OpeningTerms {
  readonly program: ProgramSnapshot;
  readonly now: Instant;
  readonly at: Instant;
  readonly reason: string;
  readonly partnersByRef: ReadonlyMap<string, string>;
}

const MOST_REASON = 500;

type Judged = WantedRow | Omit<BadRow, 'row'>;

/**
 * What the rows ask for, those of one carry as one, and those that cannot be meant. Whether something was opened before is not asked here.
 */
export function judgeOpenings(
  rows: readonly AskedOpening[],
  terms: OpeningTerms,
): { readonly wanted: readonly WantedRow[]; readonly bad: readonly BadRow[] } {
  const wanted = new Map<string, WantedRow>();
  const bad: BadRow[] = [];
  for (const asked of rows) {
    const judged = judgeRow(asked, terms);
    if ('problem' in judged) {
      bad.push({ row: asked.row, ...judged });
      continue;
    }
    const key = judged.key ?? '';
    const before = wanted.get(key);
    const joined = before === undefined ? judged : joinCarries(before, judged);
    if (joined === undefined)
      bad.push({ row: asked.row, code: 'said_twice', problem: 'another row opens the same; say it once' });
    else wanted.set(key, joined);
  }
  return { wanted: [...wanted.values()], bad };
}

function judgeRow(asked: AskedOpening, terms: OpeningTerms): Judged {
  const at = asked.at === undefined ? terms.at : readInstant(asked.at);
  if (at === undefined)
    return refuse(
      'bad_instant',
      `"${asked.at}" is no date and time with a zone, such as 2026-03-01T00:00:00Z`,
    );
  if ((asked.reason ?? '').length > MOST_REASON)
    return refuse('bad_reason', `a reason has at most ${MOST_REASON} characters`);
  const own = { valueAt: at, reason: asked.reason ?? terms.reason };
  switch (asked.kind) {
    case 'balance':
      return judgeBalance(asked, terms, own);
    case 'carry':
      return judgeCarry(asked, terms, own);
    case 'cpa':
      return judgeCpa(asked, terms, own);
  }
}

const NOTHING = {
  partnerId: null,
  customer: null,
  component: null,
  period: null,
  currency: null,
  amountMinor: null,
  holdDay: null,
  carry: null,
} as const;

type Own = Pick<WantedRow, 'valueAt' | 'reason'>;

function judgeBalance(asked: AskedOpening, terms: OpeningTerms, own: Own): Judged {
  const partnerId = findPartner(asked.partner, terms);
  if (partnerId === undefined) return unknownPartner(asked.partner);
  const { currency, amount, holdUntil } = asked;
  if (currency === undefined || !isCurrency(currency))
    return refuse('bad_currency', 'a balance needs its currency, an ISO 4217 code such as EUR');
  const minor = parseMinor(isPlain(amount) ? amount : '', currency);
  if (!minor.ok || minor.value === 0n)
    return refuse(
      'bad_amount',
      `a balance needs an amount in ${currency} that is not zero and has no more digits than the currency, not "${amount ?? ''}"`,
    );
  if (holdUntil !== undefined && !isDay(holdUntil))
    return refuse('bad_day', `holdUntil must be a day such as 2026-03-31, not "${holdUntil}"`);
  return {
    ...NOTHING,
    ...own,
    kind: 'balance',
    key: `balance ${partnerId} ${currency} ${holdUntil ?? ''}`,
    lane: laneOf('partner', partnerId),
    partnerId,
    component: OPENING_COMPONENT,
    currency,
    amountMinor: minor.value,
    holdDay: holdUntil ?? localDate(terms.now, terms.program.zone),
  };
}

function judgeCpa(asked: AskedOpening, terms: OpeningTerms, own: Own): Judged {
  const customer = findCustomer(asked, terms);
  if (customer === undefined) return refuse('unknown_customer', 'a paid CPA needs its customer');
  const illegal = explainIllegalIdentifier(customer.value);
  if (customer.value !== '' && illegal !== undefined) return refuse('illegal_identifier', illegal);
  const { component } = asked;
  return {
    ...NOTHING,
    ...own,
    kind: 'cpa',
    key: `cpa ${customer.id}`,
    lane: laneOf('customer', customer.id),
    customer,
    component: component ?? null,
  };
}

function judgeCarry(asked: AskedOpening, terms: OpeningTerms, own: Own): Judged {
  const partnerId = findPartner(asked.partner, terms);
  if (partnerId === undefined) return unknownPartner(asked.partner);
  if (asked.period === undefined || !/^\d{4}-(0[1-9]|1[0-2])$/u.test(asked.period))
    return refuse('bad_period', 'a carry needs the first month that takes it over, such as 2026-03');
  const period = `${asked.period}-01`;
  const { program } = terms;
  const deal = findDealInForce(program, partnerId, addMicros(endOfPeriod(period, program.zone), -1));
  const component = deal?.document.components.find((one) => one.id === asked.component);
  if (component === undefined)
    return refuse(
      'unknown_component',
      `the deal of the partner in ${asked.period} has no component "${asked.component ?? ''}"${deal === undefined ? '' : `; it has ${deal.document.components.map((one) => one.id).join(', ')}`}`,
    );
  const carry = carryOf(asked, { component, terms, period });
  if ('problem' in carry) return carry;
  return {
    ...NOTHING,
    ...own,
    kind: 'carry',
    key: `carry ${partnerId} ${component.id}`,
    lane: NO_LANE,
    partnerId,
    component: component.id,
    period,
    carry,
  };
}

function carryOf(
  asked: AskedOpening,
  known: { readonly component: DealComponent; readonly terms: OpeningTerms; readonly period: string },
): OpeningState | Omit<BadRow, 'row'> {
  const { component, terms, period } = known;
  const { measure = '', place = 0 } = asked;
  const read = parseDecimal(isPlain(asked.amount) ? asked.amount : '');
  if (!read.ok)
    return refuse('bad_amount', `a carry needs its amount, a decimal number, not "${asked.amount ?? ''}"`);
  const isDebt = measure === 'base' || measure === 'commission' || measure === 'recoup';
  if (isZero(read.value) || (isDebt ? signOf(read.value) > 0 : compareDecimals(read.value, ZERO) < 0))
    return refuse('bad_amount', `${measure} must be ${isDebt ? 'below' : 'above'} zero, not ${asked.amount}`);
  const unfit = findUnfit(component, asked);
  if (unfit !== undefined) return refuse('carry_not_kept', `component ${component.id} ${unfit}`);
  const amount = asked.amount ?? '';
  const customer = findCustomer(asked, terms)?.id;
  if (asked.since !== undefined && asked.since > period.slice(0, 7))
    return refuse('bad_period', 'since must not lie after the month that takes the carry over');
  const since = asked.since === undefined ? period : `${asked.since}-01`;
  switch (measure) {
    case 'base':
      return { base: amount, since };
    case 'commission':
      return { commission: amount, since };
    case 'recoup':
      return customer === undefined ? { recoup: amount } : { recoupOf: { [customer]: amount } };
    case 'ringfenced':
      return { ringfenced: { [customer ?? '']: amount } };
    case 'tier_metric':
      return { toDate: { metric: amount, quantity: '0' } };
    case 'tier_quantity':
      return { toDate: { metric: '0', quantity: amount } };
    case 'cap_used':
      return { used: { [String(place)]: amount } };
    default:
      return refuse(
        'unknown_measure',
        `measure must be base, commission, recoup, ringfenced, tier_metric, tier_quantity or cap_used, not "${measure.slice(0, 40)}"`,
      );
  }
}

/** Why a component would not take the measure over; undefined when it does. */
function findUnfit(component: DealComponent, asked: AskedOpening): string | undefined {
  const share = component.kind === 'revshare' ? component : undefined;
  const tiers = 'tiers' in component ? component.tiers : null;
  const caps = 'caps' in component ? component.caps : [];
  switch (asked.measure) {
    case 'base':
    case 'commission':
      return share?.carry.policy === asked.measure
        ? undefined
        : `carries ${share === undefined || share.carry.policy === 'none' ? 'nothing' : `a negative ${share.carry.policy}`} from month to month, no negative ${asked.measure}`;
    case 'recoup':
      if (share === undefined || share.recoup === null) return 'has no recoup';
      if (share.recoup.by === 'customer' && asked.customer === undefined)
        return 'recoups by customer: name the customer';
      return share.recoup.by !== 'customer' && asked.customer !== undefined
        ? 'recoups for all customers together: name no customer'
        : undefined;
    case 'ringfenced':
      if (share === undefined || share.highRoller === null) return 'has no rule for high rollers';
      return asked.customer === undefined
        ? 'keeps what is ring-fenced by customer: name the customer'
        : undefined;
    case 'tier_metric':
    case 'tier_quantity':
      return tiers !== null && tiers.window === 'lifetime'
        ? undefined
        : 'has no steps that count over the lifetime; for other windows deliver the earlier events, which count and pay nothing before the cut-over';
    case 'cap_used':
      return caps[asked.place ?? 0]?.per === 'lifetime'
        ? undefined
        : `has no cap of the lifetime at place ${asked.place ?? 0}`;
    default:
      return undefined;
  }
}

/** Two rows of one carry as one; undefined when they say the same measure twice, or another month. */
function joinCarries(before: WantedRow, next: WantedRow): WantedRow | undefined {
  if (
    before.kind !== 'carry' ||
    before.carry === null ||
    next.carry === null ||
    before.period !== next.period
  )
    return undefined;
  const { carry: one } = before;
  const { carry: two } = next;
  const toDate = joinCounters(one.toDate, two.toDate);
  const maps = ['recoupOf', 'ringfenced', 'used'] as const;
  const joined: Record<string, unknown> = { ...one, ...two };
  for (const name of maps) {
    const both = { ...one[name], ...two[name] };
    const count = Object.keys(one[name] ?? {}).length + Object.keys(two[name] ?? {}).length;
    if (Object.keys(both).length !== count) return undefined;
    if (count > 0) joined[name] = both;
  }
  for (const name of ['base', 'commission', 'recoup'] as const)
    if (one[name] !== undefined && two[name] !== undefined) return undefined;
  if (toDate === 'twice') return undefined;
  return { ...before, carry: { ...joined, ...(toDate === undefined ? {} : { toDate }) } };
}

type Counters = OpeningState['toDate'];

function joinCounters(one: Counters, two: Counters): Counters | 'twice' {
  if (one === undefined || two === undefined) return one ?? two;
  const pick = (a: string, b: string): string | undefined =>
    isZero(decimal(a)) ? b : isZero(decimal(b)) ? a : undefined;
  const metric = pick(one.metric, two.metric);
  const quantity = pick(one.quantity, two.quantity);
  return metric === undefined || quantity === undefined ? 'twice' : { metric, quantity };
}

function findPartner(
  named: string | undefined,
  { program, partnersByRef }: OpeningTerms,
): string | undefined {
  if (named === undefined) return undefined;
  const parsed = parseWireId('prt', named);
  const id = parsed.ok ? parsed.value : partnersByRef.get(named);
  return id !== undefined && program.partners.has(id) ? id : undefined;
}

function unknownPartner(named: string | undefined): Omit<BadRow, 'row'> {
  return refuse(
    'unknown_partner',
    named === undefined ? 'name the partner' : `the program has no partner "${named.slice(0, 80)}"`,
  );
}

function findCustomer(
  asked: AskedOpening,
  { program }: OpeningTerms,
): NonNullable<WantedRow['customer']> | undefined {
  const { customer, namespace } = asked;
  if (customer === undefined) return undefined;
  const parsed = parseWireId('cus', customer);
  return parsed.ok
    ? { id: parsed.value, namespace: '', value: '' }
    : { id: customerIdOf(program.id, namespace, customer), namespace, value: customer };
}

/** Digits, a sign and a point only, as the API takes it: what a table program makes of a large number is not guessed at. */
function isPlain(amount: string | undefined): amount is string {
  return amount !== undefined && /^-?\d{1,30}(\.\d{1,18})?$/u.test(amount);
}

function readInstant(text: string): Instant | undefined {
  const parsed = parseIsoInstant(text);
  return parsed.ok ? parsed.value : undefined;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return false;
  const parsed = parseIsoInstant(`${text}T00:00:00Z`);
  return parsed.ok;
}

function refuse(code: string, problem: string): Omit<BadRow, 'row'> {
  return { code, problem };
}
