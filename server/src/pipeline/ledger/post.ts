// How handed-over differences become double entry (rules.md 1.2, 2.8; design.md 4). Pure.
//
// Signs: a leg is what the account gains. Money that the house owes a partner is positive in the partner's accounts and
// negative in `house:commission_expense`, so that the legs of every row sum to zero and a balance reads as what is owed.
import type { JournalItem, ManualOrigin } from './facts.ts';
import { CLAWBACK_REVIEW, isRebate, naturalKeyOf } from './facts.ts';
import type { LinesMessage, PostedDifference } from './review.ts';

export const HOUSE_EXPENSE = 'house:commission_expense';

/** What partners gave to customers of their own commission, and the operator owes these: gains what the partners lose (semantics.md 5.8). */
export const HOUSE_REBATES = 'house:customer_rebates';

/** What stands against opening balances: money that an earlier system owed (rules.md 1.8). */
export const HOUSE_OPENING = 'house:opening_balances';

/** What a partner has earned and what is not approved yet. */
export function accruedAccount(partnerId: string): string {
  return `partner:${partnerId}:accrued`;
}

/** What has been approved and can be paid out. */
export function approvedAccount(partnerId: string): string {
  return `partner:${partnerId}:approved`;
}

/** What was taken of paid commission and waits for a person. */
export function clawbackAccount(partnerId: string): string {
  return `partner:${partnerId}:clawback_pending`;
}

/** What came back of payments and is owed again (rules.md 2.9). */
export function balanceAccount(partnerId: string): string {
  return `partner:${partnerId}:balance`;
}

/** What was paid out: gains what partners' accounts lose by payments. */
export const HOUSE_PAID_OUT = 'house:paid_out';

/** Where the part of a group stands that is not approved. */
export function heldAccount({ partnerId, holdReason }: Pick<GroupKey, 'partnerId' | 'holdReason'>): string {
  return holdReason === CLAWBACK_REVIEW ? clawbackAccount(partnerId) : accruedAccount(partnerId);
}

/** Names a settlement group (rules.md 2.8) inside its partner's lane. */
export interface GroupKey {
  readonly partnerId: string;
  readonly component: string;
  /** 'YYYY-MM-DD' in the program's zone. */
  readonly holdDay: string;
  readonly holdReason: string;
  readonly currency: string;
}

export function groupKeyText(key: GroupKey): string {
  return `${key.partnerId} ${key.component} ${key.holdDay} ${key.holdReason} ${key.currency}`;
}

/** What a group holds before the turn. Minor units. */
export interface GroupState {
  readonly held: bigint;
  readonly approved: bigint;
  readonly releases: number;
  /** Paid out of it so far. */
  readonly paid: bigint;
}

export const EMPTY_GROUP: GroupState = { held: 0n, approved: 0n, releases: 0, paid: 0n };

/** One balanced row of the journal. `amounts[i]` is what `accounts[i]` gains, in minor units. */
export interface JournalRow extends GroupKey {
  readonly lane: number;
  readonly hopId: string;
  readonly rowNo: number;
  readonly programId: string;
  readonly kind:
    | 'accrual'
    | 'release'
    | 'review_release'
    | 'opening'
    | 'adjustment'
    | 'clawback'
    | 'clawback_review'
    | 'payment'
    | 'payment_return';
  readonly groupRelease: number;
  readonly accounts: readonly string[];
  readonly amounts: readonly bigint[];
  readonly items: readonly JournalItem[];
}

export interface BalanceDelta {
  readonly lane: number;
  readonly account: string;
  readonly currency: string;
  readonly amount: bigint;
}

export interface GroupDelta extends GroupKey {
  readonly lane: number;
  readonly programId: string;
  readonly held: bigint;
  readonly approved: bigint;
}

/** What one partner is told of a turn: totals per component and currency, and where the items are. */
export interface AccrualNotice {
  readonly lane: number;
  readonly programId: string;
  readonly partnerId: string;
  readonly totals: readonly {
    readonly component: string;
    readonly currency: string;
    readonly amount: bigint;
  }[];
  readonly count: number;
  /** The first items of the turn, at most NOTICE_ITEMS. */
  readonly items: readonly { readonly hopId: string; readonly row: number; readonly item: number }[];
}

/** Most commission ids that one notice names. */
export const NOTICE_ITEMS = 20;

export interface Postings {
  readonly rows: readonly JournalRow[];
  readonly balances: readonly BalanceDelta[];
  readonly groups: readonly GroupDelta[];
  readonly notices: readonly AccrualNotice[];
}

/**
 * One accrual row per (message, partner, component, hold group, currency). A negative net consumes what the group still
 * holds, then what was approved in it; what exceeds both leaves the group's held part negative, because the positive
 * difference that it corrects may arrive later.
 * `groups` are the states before, by groupKeyText; a missing one is empty. What a change set caused is told in its summary, not here.
 */
export function decidePostings(
  messages: readonly LinesMessage[],
  groups: ReadonlyMap<string, GroupState>,
  kind: 'accrual' | 'review_release' | 'clawback_review' = 'accrual',
): Postings {
  const states = new Map(groups);
  const rows: JournalRow[] = [];
  for (const message of messages) {
    let rowNo = 0;
    for (const bundle of bundleByGroup(message.differences)) {
      const key = groupKeyText(bundle.key);
      const before = states.get(key) ?? EMPTY_GROUP;
      const split = splitBundle(bundle, before);
      states.set(key, {
        ...before,
        held: before.held + split.held,
        approved: before.approved + split.approved,
      });
      rows.push({
        ...bundle.key,
        lane: message.lane,
        hopId: message.hopId,
        rowNo,
        programId: message.programId,
        kind: bundle.manual ?? (bundle.isClawback && kind === 'accrual' ? 'clawback' : kind),
        groupRelease: before.releases,
        ...accrualLegs(bundle, split),
        items: bundle.items,
      });
      rowNo += 1;
    }
  }
  const told = new Set(messages.filter((one) => one.changeSetId === undefined).map((one) => one.hopId));
  // What an earlier system left is no new commission: nobody is told of it.
  const isTold = (row: JournalRow): boolean => told.has(row.hopId) && row.kind !== 'opening';
  const notices = kind === 'accrual' ? noticesOf(rows.filter(isTold)) : [];
  return { rows, balances: sumBalances(rows), groups: sumGroups(rows), notices };
}

/** A due group as the clock finds it. */
export interface DueGroup extends GroupKey {
  readonly lane: number;
  readonly programId: string;
  readonly held: bigint;
  readonly releases: number;
  /** The decision fact's id, which is also the journal row's hop id. */
  readonly decisionId: string;
}

/** Hold release: everything held in a group moves to approved, once per decision. */
export function decideReleases(due: readonly DueGroup[]): Omit<Postings, 'notices'> {
  const rows = due.map((group): JournalRow => ({
    partnerId: group.partnerId,
    component: group.component,
    holdDay: group.holdDay,
    holdReason: group.holdReason,
    currency: group.currency,
    lane: group.lane,
    hopId: group.decisionId,
    rowNo: 0,
    programId: group.programId,
    kind: 'release',
    groupRelease: group.releases,
    accounts: [accruedAccount(group.partnerId), approvedAccount(group.partnerId)],
    amounts: [-group.held, group.held],
    items: [],
  }));
  return { rows, balances: sumBalances(rows), groups: sumGroups(rows) };
}

/** A group that a payment pays: all that is approved in it. */
export interface PaidGroup extends GroupKey {
  /** Minor units; below zero: what is owed back. */
  readonly approved: bigint;
}

/** A payment, or what came back of one. `day`: of its booking, in the program's zone. */
interface Moved {
  readonly id: string;
  readonly lane: number;
  readonly programId: string;
  readonly partnerId: string;
  readonly currency: string;
  readonly day: string;
}

/** One row for each group: what was approved is paid out; and one for what had come back of earlier payments. */
export function decidePayment(
  payment: Moved & { readonly groups: readonly PaidGroup[]; readonly returnedMinor: bigint },
): Omit<Postings, 'notices'> {
  const { groups, returnedMinor, partnerId } = payment;
  const paid = groups.map(({ approved, ...group }, rowNo) =>
    moveOut(payment, { ...group, rowNo, account: approvedAccount(partnerId), amount: approved }),
  );
  const account = balanceAccount(partnerId);
  const back =
    returnedMinor === 0n
      ? []
      : [moveOut(payment, { ...nowhere(payment), rowNo: groups.length, account, amount: returnedMinor })];
  return { rows: [...paid, ...back], balances: sumBalances([...paid, ...back]), groups: sumGroups(paid) };
}

/** What came back of a payment is the partner's again: no state of a commission moves (rules.md 2.9). */
export function decidePaymentReturn(
  payment: Moved & { readonly amountMinor: bigint },
): Omit<Postings, 'notices'> {
  const account = balanceAccount(payment.partnerId);
  const row = moveOut(payment, { ...nowhere(payment), rowNo: 0, account, amount: -payment.amountMinor });
  const rows: JournalRow[] = [{ ...row, kind: 'payment_return' }];
  return { rows, balances: sumBalances(rows), groups: [] };
}

function nowhere({ partnerId, day, currency }: Moved): GroupKey {
  return { partnerId, component: '', holdDay: day, holdReason: '', currency };
}

function moveOut(
  { id, lane, programId }: Moved,
  {
    account,
    amount,
    ...group
  }: GroupKey & { readonly rowNo: number; readonly account: string; readonly amount: bigint },
): JournalRow {
  return {
    ...group,
    lane,
    hopId: id,
    programId,
    kind: 'payment',
    groupRelease: 0,
    accounts: [account, HOUSE_PAID_OUT],
    amounts: [-amount, amount],
    items: [],
  };
}

interface Bundle {
  readonly key: GroupKey;
  /** Of rows by hand. */
  readonly manual: ManualOrigin['kind'] | undefined;
  readonly isClawback: boolean;
  net: bigint;
  readonly items: JournalItem[];
}

/** The item number in a commission's id has two bytes (kernel/ids.ts); a fuller bundle goes on in a second row. */
const MAX_ITEMS = 50_000;

// Order of the message is kept, so that the same message always gives the same rows with the same numbers.
function bundleByGroup(differences: readonly PostedDifference[]): Bundle[] {
  const bundles: Bundle[] = [];
  const open = new Map<string, Bundle>();
  for (const difference of differences) {
    const { partnerId, component, holdDay, holdReason, currency } = difference;
    const key = { partnerId, component, holdDay, holdReason, currency };
    const manual = difference.manual?.kind;
    const isClawback = difference.isClawback === true;
    const text = `${groupKeyText(key)} ${manual ?? ''} ${isClawback}`;
    let bundle = open.get(text);
    if (bundle === undefined || bundle.items.length === MAX_ITEMS) {
      bundle = { key, manual, isClawback, net: 0n, items: [] };
      bundles.push(bundle);
      open.set(text, bundle);
    }
    bundle.net += BigInt(difference.amountMinor);
    bundle.items.push(itemOf(difference));
  }
  return bundles;
}

function itemOf(difference: PostedDifference): JournalItem {
  const item = {
    k: naturalKeyOf(difference),
    a: difference.amountMinor,
    l: difference.level,
    t: difference.causedAt,
  };
  if (difference.manual !== undefined) return { ...item, m: difference.manual.id };
  if (difference.period !== undefined) return { ...item, p: difference.period };
  const own = { ...item, c: difference.customerId, cl: difference.customerLane };
  return difference.eventId === null ? own : { ...own, e: difference.eventId };
}

interface Split {
  readonly held: bigint;
  readonly approved: bigint;
}

function splitOverGroup(net: bigint, before: GroupState): Split {
  if (net >= 0n) return { held: net, approved: 0n };
  const wanted = -net;
  const fromHeld = smaller(wanted, atLeastZero(before.held));
  const fromApproved = smaller(wanted - fromHeld, atLeastZero(before.approved));
  return { held: -(wanted - fromApproved), approved: -fromApproved };
}

/** What is given to customers follows the commission of which it is given: its groups are the mirror of others, all signs turned. */
function splitBundle({ net, key }: Bundle, before: GroupState): Split {
  if (!isRebate(key.component)) return splitOverGroup(net, before);
  const mirror = { ...before, held: -before.held, approved: -before.approved };
  const { held, approved } = splitOverGroup(-net, mirror);
  return { held: -held, approved: -approved };
}

/** The account of the house that stands against what a partner earns. */
function againstOf(component: string): string {
  return isRebate(component) ? HOUSE_REBATES : HOUSE_EXPENSE;
}

function accrualLegs({ key, manual }: Bundle, split: Split): Pick<JournalRow, 'accounts' | 'amounts'> {
  const accounts = [manual === 'opening' ? HOUSE_OPENING : againstOf(key.component), heldAccount(key)];
  const amounts = [-(split.held + split.approved), split.held];
  if (split.approved === 0n) return { accounts, amounts };
  return { accounts: [...accounts, approvedAccount(key.partnerId)], amounts: [...amounts, split.approved] };
}

function sumBalances(rows: readonly JournalRow[]): BalanceDelta[] {
  const sums = new Map<string, { lane: number; account: string; currency: string; amount: bigint }>();
  for (const row of rows) {
    row.accounts.forEach((account, i) => {
      const key = `${row.lane} ${account} ${row.currency}`;
      const sum = sums.get(key) ?? { lane: row.lane, account, currency: row.currency, amount: 0n };
      sum.amount += row.amounts[i] ?? 0n;
      sums.set(key, sum);
    });
  }
  return [...sums.values()];
}

// The groups' parts are the legs on the partner's accounts: derived from the rows, they cannot tell another story.
function sumGroups(rows: readonly JournalRow[]): GroupDelta[] {
  const sums = new Map<
    string,
    GroupKey & { lane: number; programId: string; held: bigint; approved: bigint }
  >();
  for (const row of rows) {
    const { partnerId, component, holdDay, holdReason, currency, lane, programId } = row;
    const key = groupKeyText(row);
    const sum = sums.get(key) ?? {
      partnerId,
      component,
      holdDay,
      holdReason,
      currency,
      lane,
      programId,
      held: 0n,
      approved: 0n,
    };
    sum.held += legOf(row, heldAccount(row));
    sum.approved += legOf(row, approvedAccount(partnerId));
    sums.set(key, sum);
  }
  return [...sums.values()];
}

function noticesOf(rows: readonly JournalRow[]): AccrualNotice[] {
  const byPartner = new Map<string, JournalRow[]>();
  for (const row of rows) {
    const own = byPartner.get(row.partnerId);
    if (own === undefined) byPartner.set(row.partnerId, [row]);
    else own.push(row);
  }
  return [...byPartner].map(([partnerId, own]) => {
    const totals = new Map<string, { component: string; currency: string; amount: bigint }>();
    const items: { hopId: string; row: number; item: number }[] = [];
    let count = 0;
    for (const row of own) {
      const key = `${row.component} ${row.currency}`;
      const total = totals.get(key) ?? { component: row.component, currency: row.currency, amount: 0n };
      total.amount -= legOf(row, againstOf(row.component));
      totals.set(key, total);
      count += row.items.length;
      row.items.forEach((_item, item) => {
        if (items.length < NOTICE_ITEMS) items.push({ hopId: row.hopId, row: row.rowNo, item });
      });
    }
    const first = own[0] as JournalRow;
    return {
      lane: first.lane,
      programId: first.programId,
      partnerId,
      totals: [...totals.values()],
      count,
      items,
    };
  });
}

/** What a row moves on one account, in minor units. */
export function legOf(row: Pick<JournalRow, 'accounts' | 'amounts'>, account: string): bigint {
  return row.accounts.reduce((sum, name, i) => (name === account ? sum + (row.amounts[i] ?? 0n) : sum), 0n);
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function atLeastZero(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
