// What of a turn's differences waits for the review of a change set (rules.md 2.16). Pure.
//
// A part is how much of one natural key waits, by the ordinary group where it belongs and by the set that brought it. Parts are never
// negative, and group and part together are what the evidence gives: the split decides where an amount stands, never how much it is.
import type { FigureDifference, InputDifference, LineDifference } from './facts.ts';
import { isRebate, naturalKeyOf, reviewReasonOf } from './facts.ts';

/** A difference on its way into a settlement group, which may be one that waits for a review. */
export type PostedDifference = Omit<LineDifference, 'holdReason'> & {
  readonly holdReason: string;
  /** Takes back what was paid (rules.md 2.8). */
  readonly isClawback?: true;
};

/** A message of a customer turn as it is posted. */
export interface LinesMessage {
  readonly lane: number;
  readonly hopId: string;
  readonly programId: string;
  /** The change set that caused all of it. */
  readonly changeSetId?: string;
  readonly differences: readonly PostedDifference[];
  /** What changes in the figures of the lane's partners; no books. */
  readonly figures: readonly FigureDifference[];
  /** What customers bring to components that are settled by period. */
  readonly inputs?: readonly InputDifference[];
}

/** What waits of one natural key. `line` names key and ordinary group; its amount says nothing. */
export interface ReviewPart {
  readonly lane: number;
  readonly programId: string;
  readonly changeSetId: string;
  readonly line: PostedDifference;
  /** Minor units; above zero, or zero = it waits no more. Of what is given to customers: how much less waits for the partner. */
  readonly amount: bigint;
}

export interface ReviewedMessages {
  /** The same amounts, part of them in groups that wait. */
  readonly messages: readonly LinesMessage[];
  /** Every part that changed, as it is now. */
  readonly parts: readonly ReviewPart[];
}

/**
 * Sends amounts to review and takes them from there. Of a message with a change set every positive difference waits for that set's
 * review. A negative difference takes first from what waits of its key and group, the newest set first, and then from the ordinary group.
 * What it took there goes on waiting where the same message brings the key to another group (a later KYC or hold day must not be a way
 * around the review). Of what is given to customers all signs are turned. `parts` are those of the keys in the messages, before the turn.
 */
export function decideReviews(
  messages: readonly LinesMessage[],
  parts: readonly ReviewPart[],
): ReviewedMessages {
  if (parts.length === 0 && messages.every((message) => message.changeSetId === undefined))
    return { messages, parts: [] };
  const book = new PartBook(parts);
  const reviewed = messages.map((message) => {
    const keys = Map.groupBy(message.differences, (one) => `${naturalKeyOf(one)} ${one.currency}`);
    return { ...message, differences: [...keys.values()].flatMap((own) => reviewKey(book, message, own)) };
  });
  return { messages: reviewed, parts: book.changed() };
}

function reviewKey(
  book: PartBook,
  message: LinesMessage,
  differences: readonly PostedDifference[],
): PostedDifference[] {
  const posted: PostedDifference[] = [];
  const taken: { changeSetId: string; amount: bigint }[] = [];
  const post = (line: PostedDifference, amount: bigint, changeSetId?: string): void => {
    if (amount === 0n) return;
    const holdReason =
      changeSetId === undefined ? line.holdReason : reviewReasonOf(changeSetId, line.holdReason);
    posted.push({ ...line, holdReason, amountMinor: String(signOf(line) * amount) });
  };
  for (const line of differences) {
    let left = -signOf(line) * BigInt(line.amountMinor);
    if (left <= 0n) continue;
    for (const part of book.newestFirst(message.lane, line)) {
      if (left === 0n) break;
      const amount = left < part.amount ? left : part.amount;
      book.add(message, line, part.changeSetId, -amount);
      post(line, -amount, part.changeSetId);
      taken.push({ changeSetId: part.changeSetId, amount });
      left -= amount;
    }
    post(line, -left);
  }
  for (const line of differences) {
    let left = signOf(line) * BigInt(line.amountMinor);
    if (left <= 0n) continue;
    const review = (changeSetId: string, amount: bigint): void => {
      book.add(message, line, changeSetId, amount);
      post(line, amount, changeSetId);
      left -= amount;
    };
    if (message.changeSetId !== undefined) review(message.changeSetId, left);
    for (const from of taken) {
      const amount = left < from.amount ? left : from.amount;
      if (amount <= 0n) continue;
      from.amount -= amount;
      review(from.changeSetId, amount);
    }
    post(line, left);
  }
  return posted;
}

/** What is given to customers is a minus that waits with the commission of which it is given: it is looked at in the mirror. */
function signOf({ component }: PostedDifference): 1n | -1n {
  return isRebate(component) ? -1n : 1n;
}

/** What the partner gains when a part waits no more. Minor units; below zero of what is given to customers. */
export function gainOf({ amount, line }: Pick<ReviewPart, 'amount' | 'line'>): bigint {
  return signOf(line) * amount;
}

/** The parts of a turn, as they change: by key and ordinary group, then by set. */
class PartBook {
  readonly #groups = new Map<string, Map<string, ReviewPart>>();
  readonly #changed = new Map<string, ReviewPart>();

  constructor(parts: readonly ReviewPart[]) {
    for (const part of parts) this.#groupOf(part.lane, part.line).set(part.changeSetId, part);
  }

  /** What waits of a key in a group. Ids of sets rise with time. */
  newestFirst(lane: number, line: PostedDifference): ReviewPart[] {
    return [...(this.#groups.get(groupText(lane, line))?.values() ?? [])]
      .filter((part) => part.amount > 0n)
      .toSorted((a, b) => (a.changeSetId < b.changeSetId ? 1 : -1));
  }

  add({ lane, programId }: LinesMessage, line: PostedDifference, changeSetId: string, amount: bigint): void {
    const group = this.#groupOf(lane, line);
    const before = group.get(changeSetId)?.amount ?? 0n;
    const part = { lane, programId, changeSetId, line, amount: before + amount };
    group.set(changeSetId, part);
    this.#changed.set(`${groupText(lane, line)} ${changeSetId}`, part);
  }

  changed(): ReviewPart[] {
    return [...this.#changed.values()];
  }

  #groupOf(lane: number, line: PostedDifference): Map<string, ReviewPart> {
    const text = groupText(lane, line);
    const group = this.#groups.get(text) ?? new Map<string, ReviewPart>();
    this.#groups.set(text, group);
    return group;
  }
}

function groupText(lane: number, line: PostedDifference): string {
  return `${lane} ${naturalKeyOf(line)} ${line.currency} ${line.holdDay} ${line.holdReason}`;
}

/** A part that waited for a set that is released, with the id of the decision fact that it becomes part of. */
export interface ReleasedPart extends ReviewPart {
  readonly decisionId: string;
}

/**
 * The release of parts, as messages: what waited leaves the group of its review and comes into the ordinary one, where the hold day
 * decides as for everything else. One message for each decision, in the order of the parts.
 */
export function decideReviewReleases(parts: readonly ReleasedPart[]): LinesMessage[] {
  return [...Map.groupBy(parts, (part) => part.decisionId)].flatMap(([hopId, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const differences = own.flatMap(({ line, amount, changeSetId }) => [
      {
        ...line,
        holdReason: reviewReasonOf(changeSetId, line.holdReason),
        amountMinor: String(-signOf(line) * amount),
      },
      { ...line, amountMinor: String(signOf(line) * amount) },
    ]);
    return [{ lane: first.lane, hopId, programId: first.programId, differences, figures: [] }];
  });
}

/** What a change set brought to one partner in a turn, and what it took there. Minor units, zero or more. */
export interface RestatedSum {
  readonly lane: number;
  readonly programId: string;
  readonly changeSetId: string;
  readonly partnerId: string;
  readonly component: string;
  readonly currency: string;
  added: bigint;
  taken: bigint;
  count: number;
}

/** The sums of all messages that a change set caused, for its summary to each partner. */
export function sumRestated(messages: readonly LinesMessage[]): RestatedSum[] {
  const sums = new Map<string, RestatedSum>();
  for (const { lane, programId, changeSetId, differences } of messages) {
    if (changeSetId === undefined) continue;
    for (const { partnerId, component, currency, amountMinor } of differences) {
      const key = `${lane} ${changeSetId} ${partnerId} ${component} ${currency}`;
      const none = {
        lane,
        programId,
        changeSetId,
        partnerId,
        component,
        currency,
        added: 0n,
        taken: 0n,
        count: 0,
      };
      const sum = sums.get(key) ?? none;
      const amount = BigInt(amountMinor);
      if (amount > 0n) sum.added += amount;
      else sum.taken -= amount;
      sum.count += 1;
      sums.set(key, sum);
    }
  }
  return [...sums.values()];
}
