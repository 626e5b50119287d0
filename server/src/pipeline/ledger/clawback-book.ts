// The lines that take back, as they stand in a partner's lane: what of them is spared after payment, and what waits for a person. Pure.
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { partChange } from './clawback.ts';
import type { ReviewState } from './clawback.ts';
import { CLAWBACK_REVIEW, isRebate, naturalKeyOf, resolveSpared } from './facts.ts';
import type { PaidOut } from './facts.ts';
import { EMPTY_GROUP, groupKeyText } from './post.ts';
import type { GroupState } from './post.ts';
import type { LinesMessage, PostedDifference } from './review.ts';

/** What a line that takes back was when it was told last, and what of it stands in the books. Minor units. */
export interface ClawbackRow extends ReviewState {
  readonly lane: number;
  readonly programId: string;
  /** Names line and settlement group; its amount says nothing. */
  readonly line: PostedDifference;
  /** Natural key of what it takes from; null: a month that is worth less than what was paid of it. */
  readonly takesFrom: string | null;
  readonly by: Instant | null;
  readonly original: bigint;
  readonly taken: bigint;
  readonly spared: bigint;
  readonly sparedBooked: bigint;
  /** The message that told it last. Ids of messages rise with time. */
  readonly hopId: string;
}

/** Names the row of a line in a settlement group. */
export function clawbackKeyText(lane: number, line: PostedDifference): string {
  return `${lane} ${naturalKeyOf(line)} ${line.currency} ${line.holdDay} ${line.holdReason}`;
}

/** Names what is taken from. */
export function takenKeyText(lane: number, naturalKey: string): string {
  return `${lane} ${naturalKey}`;
}

export class ClawbackBook {
  readonly #rows = new Map<string, ClawbackRow>();
  readonly #changed = new Set<string>();
  readonly #paid: ReadonlyMap<string, readonly PaidOut[]>;

  /** `paid`: by takenKeyText. */
  constructor(rows: readonly ClawbackRow[], paid: ReadonlyMap<string, readonly PaidOut[]>) {
    this.#paid = paid;
    this.add(rows);
  }

  /** Rows that were read later; those that are known stay as they are. */
  add(rows: readonly ClawbackRow[]): void {
    for (const row of rows) {
      const key = clawbackKeyText(row.lane, row.line);
      if (!this.#rows.has(key)) this.#rows.set(key, row);
    }
  }

  has(lane: number, line: PostedDifference): boolean {
    return this.#rows.has(clawbackKeyText(lane, line));
  }

  /** Every row that changed, as it is now. */
  changed(): ClawbackRow[] {
    return [...this.#changed].flatMap((key) => this.#rows.get(key) ?? []);
  }

  /** The message with what its lines are spared, and with what others that take from the same are spared now; also of `keys`. */
  tell(message: LinesMessage, keys: readonly string[] = []): LinesMessage {
    const touched = new Set(keys);
    for (const line of message.differences) {
      if (line.ifPaid === undefined) continue;
      this.#hear(message, line);
      touched.add(line.ifPaid.key);
    }
    if (touched.size === 0) return message;
    const gains = new Map<string, { row: ClawbackRow; amount: bigint }>();
    // Once for all: who fails KYC may have thousands of lines that are withdrawn.
    const takers = Map.groupBy(this.#rows.keys(), (id) => {
      const { lane, takesFrom } = this.#get(id);
      return takesFrom === null ? '' : takenKeyText(lane, takesFrom);
    });
    for (const key of touched) {
      const taken = takenKeyText(message.lane, key);
      this.#resolve(taken, takers.get(taken) ?? [], gains);
    }
    const differences = message.differences.map((line) => {
      const key = clawbackKeyText(message.lane, line);
      const gain = gains.get(key);
      gains.delete(key);
      return gain === undefined
        ? line
        : { ...line, amountMinor: String(BigInt(line.amountMinor) + gain.amount) };
    });
    const others = [...gains.values()].map(({ row, amount }) => ({
      ...row.line,
      amountMinor: String(amount),
    }));
    return { ...message, differences: [...differences, ...others] };
  }

  /**
   * Parts what each message brings to groups of which something was paid: reversals of what is not paid yet, clawbacks, and what waits for a
   * person. Differences of nothing are left out.
   */
  part(messages: readonly LinesMessage[], groups: ReadonlyMap<string, GroupState>): readonly LinesMessage[] {
    const unpaid = new Map<string, bigint>();
    return messages.map((message) => ({
      ...message,
      differences: message.differences
        .flatMap((line) => this.#partLine(message, line, { groups, unpaid }))
        .filter(({ amountMinor }) => amountMinor !== '0'),
    }));
  }

  #partLine(
    message: LinesMessage,
    line: PostedDifference,
    { groups, unpaid }: { groups: ReadonlyMap<string, GroupState>; unpaid: Map<string, bigint> },
  ): readonly PostedDifference[] {
    const text = groupKeyText(line);
    const group = groups.get(text) ?? EMPTY_GROUP;
    // What is given to customers is a minus by itself: it takes nothing back.
    if (group.paid === 0n || isRebate(line.component)) return [line];
    const left = unpaid.get(text) ?? group.held + group.approved;
    const change = BigInt(line.amountMinor);
    const row = this.#reviewed(message, line);
    const state = row ?? NO_REVIEW;
    const isMonth = row !== undefined && row.takesFrom === null;
    const net = isMonth ? undefined : (row?.taken ?? 0n) - (row?.sparedBooked ?? 0n);
    const parted = partChange(state, change, { net, unpaid: left, wasPaid: true });
    if (row !== undefined) this.#set({ ...row, ...parted.state });
    unpaid.set(text, left + parted.ordinary);
    const { ordinary, clawback, pending } = parted;
    return [
      { ...line, amountMinor: String(ordinary - clawback) },
      { ...line, amountMinor: String(clawback), isClawback: true },
      { ...line, amountMinor: String(pending), holdReason: CLAWBACK_REVIEW, isClawback: true },
    ];
  }

  /** The row by which a person decides, made where a paid month is worth less for the first time. */
  #reviewed(message: LinesMessage, line: PostedDifference): ClawbackRow | undefined {
    const known = this.#rows.get(clawbackKeyText(message.lane, line));
    if (known !== undefined || line.period === undefined || !line.amountMinor.startsWith('-')) return known;
    const { ifPaid: _, ...named } = line;
    return {
      ...NO_REVIEW,
      review: true,
      lane: message.lane,
      programId: message.programId,
      line: named,
      takesFrom: null,
      by: null,
      original: 0n,
      taken: 0n,
      spared: 0n,
      sparedBooked: 0n,
      hopId: message.hopId,
    };
  }

  /** How a line stands now, unless a later message has said it already. */
  #hear({ lane, programId, hopId }: LinesMessage, difference: PostedDifference): void {
    const { ifPaid, ...line } = difference;
    const key = clawbackKeyText(lane, line);
    const known = this.#rows.get(key);
    if (ifPaid === undefined || (known !== undefined && known.hopId > hopId)) return;
    this.#rows.set(key, {
      ...(known ?? { ...NO_REVIEW, sparedBooked: 0n }),
      lane,
      programId,
      line,
      takesFrom: ifPaid.key,
      by: instantFromIso(ifPaid.by),
      original: BigInt(ifPaid.original),
      taken: BigInt(ifPaid.taken),
      spared: BigInt(ifPaid.spared),
      review: ifPaid.review === true || (known?.pending ?? 0n) > 0n || (known?.givenBack ?? 0n) > 0n,
      hopId,
    });
    this.#changed.add(key);
  }

  /** `takers`: the rows that take from it. */
  #resolve(
    taken: string,
    takers: readonly string[],
    gains: Map<string, { row: ClawbackRow; amount: bigint }>,
  ): void {
    const rows = takers.map((id): [string, ClawbackRow] => [id, this.#get(id)]);
    const takings = rows.map(([id, row]) => ({ ...row, id, by: row.by ?? (0 as Instant) }));
    const spared = resolveSpared(takings, this.#paid.get(taken) ?? []);
    for (const [key, row] of rows) {
      const now = spared.get(key) ?? 0n;
      if (now === row.sparedBooked) continue;
      this.#set({ ...row, sparedBooked: now });
      gains.set(key, { row, amount: now - row.sparedBooked });
    }
  }

  #get(id: string): ClawbackRow {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`no row ${id}`);
    return row;
  }

  #set(row: ClawbackRow): void {
    const key = clawbackKeyText(row.lane, row.line);
    this.#rows.set(key, row);
    this.#changed.add(key);
  }
}

const NO_REVIEW: ReviewState = {
  review: false,
  clawed: 0n,
  pending: 0n,
  accepted: 0n,
  refused: 0n,
  givenBack: 0n,
};
