// Desired amounts against booked ones, per natural key and settlement group; and the journal against itself. Pure.
import { wireId } from '../../kernel/ids.ts';
import type { Line } from '../../pipeline/commission/facts.ts';
import { standingOf } from '../../pipeline/commission/facts.ts';
import { naturalKeyOf, readHoldReason } from '../../pipeline/ledger/facts.ts';
import type { JournalItem, LineDifference } from '../../pipeline/ledger/facts.ts';
import type { Difference, RebuiltCustomer } from './facts.ts';
import { sayMinor } from './compare.ts';
import { PaidBook } from './paid-book.ts';

/** A journal row as it is kept. Amounts are minor units. */
export interface JournalRowKept {
  readonly lane: number;
  readonly hopId: string;
  readonly rowNo: number;
  readonly partnerId: string;
  readonly kind: string;
  readonly component: string;
  readonly holdDay: string;
  readonly holdReason: string;
  readonly currency: string;
  readonly accounts: readonly string[];
  readonly amounts: readonly string[];
  readonly items: readonly JournalItem[];
  /** In the chain of lane and program. */
  readonly position: number;
}

/** What a row by hand says, and whether it stands. */
export interface ManualLine {
  readonly difference: LineDifference;
  readonly standing: 'applied' | 'moving' | 'absent';
}

interface Amounts {
  readonly customerId: string;
  readonly currency: string;
  desired: bigint;
  booked: bigint;
}

/** What one settlement group is by its rows. */
export interface GroupSums {
  readonly lane: number;
  readonly partnerId: string;
  readonly component: string;
  readonly holdDay: string;
  readonly holdReason: string;
  readonly currency: string;
  held: bigint;
  approved: bigint;
  /** Paid out of it. */
  paid: bigint;
  /** Sum of the desired lines that belong to the group. */
  desired: bigint;
  /** What its items say, with what waits for a review and belongs here. */
  booked: bigint;
  /** Lines on their way to it, sent and not posted. */
  onWay: bigint;
  releases: number;
  /** Something that is not settled touches it: its desired sum says nothing. */
  unsettled: boolean;
}

export function groupText(
  key: Pick<GroupSums, 'partnerId' | 'component' | 'holdDay' | 'holdReason' | 'currency'>,
): string {
  return `${key.partnerId} ${key.component} ${key.holdDay} ${key.holdReason} ${key.currency}`;
}

/** Desired and booked amounts side by side, filled customer by customer and row by row. */
export class PostingsBook {
  readonly #laneOfPartner: (partnerId: string) => number;
  readonly #keys = new Map<string, Amounts>();
  readonly #groups = new Map<string, GroupSums>();
  readonly #balances = new Map<string, bigint>();
  readonly #moving = new Set<string>();
  #rows = 0;
  #isDoubted: (partnerId: string) => boolean = () => false;

  readonly #paid: PaidBook;
  readonly #lines = new Map<string, GroupSums>();

  /** `laneOfPartner` is the kernel's; a parameter keeps the tests of this file free of golden lanes. `paid`: empty = nothing was ever paid. */
  constructor(laneOfPartner: (partnerId: string) => number, paid: PaidBook = new PaidBook([], [])) {
    this.#laneOfPartner = laneOfPartner;
    this.#paid = paid;
  }

  get groups(): ReadonlyMap<string, GroupSums> {
    return this.#groups;
  }

  /** Sums of legs by `lane account currency`. */
  get balances(): ReadonlyMap<string, bigint> {
    return this.#balances;
  }

  /** Journal rows seen. */
  get rows(): number {
    return this.#rows;
  }

  /** Adds the desired lines of a customer whose decisions are settled. */
  desire(customer: RebuiltCustomer): void {
    for (const [eventId, decision] of customer.decisions)
      for (const line of decision.lines) this.#desireLine(customer.customerId, eventId, line);
    for (const line of customer.scope.lines) this.#desireLine(customer.customerId, null, line);
  }

  /** Adds the lines of what is settled by period; `isDoubted` says whether something on the road touches what a partner earns so. */
  desirePeriods(lines: readonly LineDifference[], isDoubted: (partnerId: string) => boolean): void {
    this.#isDoubted = isDoubted;
    for (const line of lines) this.#desireKey(naturalKeyOf(line), '', line);
  }

  /** Adds a row by hand: its amount where it stands, nothing where it was taken back; one that is just being applied or taken back says nothing. */
  desireManual(row: ManualLine): void {
    const { difference } = row;
    const key = naturalKeyOf(difference);
    const group = this.#groupOf(this.#laneOfPartner(difference.partnerId), difference);
    if (row.standing === 'moving') {
      group.unsettled = true;
      this.#moving.add(keyText(key, difference));
    } else if (row.standing === 'applied') this.#desireKey(key, '', difference);
  }

  /** Marks the groups of a customer's lines as touched by something that is not settled. */
  doubt(customer: RebuiltCustomer): void {
    for (const line of [
      ...customer.scope.lines,
      ...[...customer.decisions.values()].flatMap((decision) => decision.lines),
    ]) {
      this.#groupOf(this.#laneOfPartner(line.partnerId), line).unsettled = true;
    }
  }

  /** Adds a row of the journal, and says what is wrong with it by itself. */
  book(row: JournalRowKept, isUnsettled: (customerId: string) => boolean): Difference[] {
    this.#rows += 1;
    for (const [index, account] of row.accounts.entries()) {
      const key = `${row.lane} ${account} ${row.currency}`;
      this.#balances.set(key, (this.#balances.get(key) ?? 0n) + BigInt(row.amounts[index] ?? '0'));
    }
    // What came back of a payment belongs to no settlement group.
    if (row.component === '') return judgeRow(row);
    this.#paid.book(row);
    const group = this.#groupOf(row.lane, row);
    group.held += heldLegs(row);
    group.approved += legOf(row, 'approved');
    if (row.kind === 'payment') group.paid -= legOf(row, 'approved');
    if (row.kind === 'release') group.releases += 1;
    // What waits for the review of a change set belongs to the evidence like the rest of its key: it stands elsewhere, and is no other amount.
    const home = { ...row, holdReason: readHoldReason(row.holdReason).ordinary };
    const owner = this.#groupOf(row.lane, home);
    if (row.kind !== 'payment') owner.booked += heldLegs(row) + legOf(row, 'approved');
    for (const item of row.items) {
      this.#amountsOf(keyText(item.k, home), item.c ?? '', row.currency).booked += BigInt(item.a);
      const isOnTheRoad =
        item.c === undefined ? item.m === undefined && this.#isDoubted(row.partnerId) : isUnsettled(item.c);
      if (isOnTheRoad) owner.unsettled = true;
    }
    return judgeRow(row);
  }

  /** Adds a difference that was sent to a partner's lane and is not posted yet. */
  send(lane: number, difference: LineDifference): void {
    const amount = BigInt(difference.amountMinor);
    this.#amountsOf(
      keyText(naturalKeyOf(difference), difference),
      difference.customerId,
      difference.currency,
    ).booked += amount;
    const group = this.#groupOf(lane, difference);
    group.onWay += amount;
    // How much of it is spared after payment is known when it is posted.
    if (difference.ifPaid === undefined) return;
    group.unsettled = true;
    this.#moving.add(keyText(naturalKeyOf(difference), difference));
  }

  /** Adds what payments and decisions of people make of lines that take back; when all lines are desired and all rows are booked. */
  settlePaid(): void {
    for (const { key, amount } of this.#paid.settle()) this.#gain(key, amount);
    for (const [key, { desired }] of this.#keys)
      if (key.startsWith('p:')) this.#gain(key, this.#paid.givenBack(key.split('|')[0] ?? '', desired));
  }

  #gain(key: string, amount: bigint): void {
    const [amounts, group] = [this.#keys.get(key), this.#lines.get(key)];
    if (amount === 0n || amounts === undefined || group === undefined) return;
    amounts.desired += amount;
    group.desired += amount;
  }

  /** Keys whose booked and sent amounts are not what the evidence gives. */
  *differences(isUnsettled: (customerId: string) => boolean): Iterable<Difference> {
    for (const [key, { desired, booked, customerId, currency }] of this.#keys) {
      if (desired === booked || isUnsettled(customerId) || this.#moving.has(key)) continue;
      if (key.startsWith('p:') && this.#isDoubted(partnerOf(key))) continue;
      yield {
        kind: 'line',
        sentence: `${sayKey(key)}: the journal books ${sayMinor(booked, currency)}, the evidence gives ${sayMinor(desired, currency)}`,
      };
    }
  }

  #desireLine(customerId: string, eventId: string | null, line: Line): void {
    const naturalKey = naturalKeyOf({ ...line, eventId, customerId });
    this.#desireKey(naturalKey, customerId, line);
    const standing = standingOf(line, naturalKey);
    if (standing !== undefined) this.#paid.watch(keyText(naturalKey, line), naturalKey, standing);
  }

  #desireKey(
    naturalKey: string,
    customerId: string,
    line: Pick<
      LineDifference,
      'amountMinor' | 'currency' | 'partnerId' | 'component' | 'holdDay' | 'holdReason'
    >,
  ): void {
    const amount = BigInt(line.amountMinor);
    this.#amountsOf(keyText(naturalKey, line), customerId, line.currency).desired += amount;
    const group = this.#groupOf(this.#laneOfPartner(line.partnerId), line);
    group.desired += amount;
    this.#lines.set(keyText(naturalKey, line), group);
    if (naturalKey.startsWith('p:') && this.#isDoubted(line.partnerId)) group.unsettled = true;
  }

  #amountsOf(key: string, customerId: string, currency: string): Amounts {
    let amounts = this.#keys.get(key);
    if (amounts === undefined) {
      amounts = { customerId, currency, desired: 0n, booked: 0n };
      this.#keys.set(key, amounts);
    }
    return amounts;
  }

  #groupOf(
    lane: number,
    key: Pick<GroupSums, 'partnerId' | 'component' | 'holdDay' | 'holdReason' | 'currency'>,
  ): GroupSums {
    const text = groupText(key);
    let group = this.#groups.get(text);
    if (group === undefined) {
      const { partnerId, component, holdDay, holdReason, currency } = key;
      group = {
        lane,
        partnerId,
        component,
        holdDay,
        holdReason,
        currency,
        held: 0n,
        approved: 0n,
        paid: 0n,
        desired: 0n,
        booked: 0n,
        onWay: 0n,
        releases: 0,
        unsettled: false,
      };
      this.#groups.set(text, group);
    }
    return group;
  }
}

function keyText(
  naturalKey: string,
  group: { currency: string; holdDay: string; holdReason: string },
): string {
  return `${naturalKey}|${group.currency}|${group.holdDay}|${group.holdReason}`;
}

function heldLegs(row: JournalRowKept): bigint {
  return legOf(row, 'accrued') + legOf(row, 'clawback_pending');
}

function legOf(row: JournalRowKept, part: 'accrued' | 'approved' | 'clawback_pending'): bigint {
  const account = `partner:${row.partnerId}:${part}`;
  return row.accounts.reduce(
    (sum, name, index) => (name === account ? sum + BigInt(row.amounts[index] ?? '0') : sum),
    0n,
  );
}

/** A row must balance, and its items must be what its partner gained. */
function judgeRow(row: JournalRowKept): Difference[] {
  const name = `journal row ${row.lane}/${row.hopId}/${row.rowNo}`;
  const sum = row.amounts.reduce((total, amount) => total + BigInt(amount), 0n);
  if (sum !== 0n)
    return [
      {
        kind: 'journal_row',
        sentence: `${name}: its legs sum to ${sayMinor(sum, row.currency)}, not to zero`,
      },
    ];
  if (row.kind === 'release' || row.kind === 'payment' || row.kind === 'payment_return') return [];
  const items = row.items.reduce((total, item) => total + BigInt(item.a), 0n);
  const gained = heldLegs(row) + legOf(row, 'approved');
  if (items === gained) return [];
  return [
    {
      kind: 'journal_row',
      sentence: `${name}: its legs give the partner ${sayMinor(gained, row.currency)}, its items say ${sayMinor(items, row.currency)}`,
    },
  ];
}

function partnerOf(key: string): string {
  return key.split('|')[0]?.split(':').at(-1) ?? '';
}

function sayKey(key: string): string {
  const [natural = '', , holdDay = '', holdReason = ''] = key.split('|');
  const until = `held to ${holdDay}${holdReason === '' ? '' : ` (${holdReason})`}`;
  if (natural.startsWith('p:')) {
    const [, period = '', ...component] = natural.split(':').slice(0, -1);
    return `line ${component.join(':')} of partner ${wireId('prt', partnerOf(key))} for ${period.slice(0, 7)}, ${until}`;
  }
  if (natural.startsWith('m:')) {
    const [, id = '', component = ''] = natural.split(':');
    return `row by hand ${id}, ${component} of partner ${wireId('prt', partnerOf(key))}, ${until}`;
  }
  const [scope, subject = '', ...rest] = natural.split(':');
  const level = rest.pop() ?? '';
  const partnerId = rest.pop() ?? '';
  const what = scope === 'e' ? `event ${wireId('evt', subject)}` : `customer ${wireId('cus', subject)}`;
  return `line ${rest.join(':')} of partner ${wireId('prt', partnerId)}, level ${level}, for ${what}, ${until}`;
}
