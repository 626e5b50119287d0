// From the messages of a turn to what is posted: reviews of change sets, what is spared after payment, clawbacks. In the caller's transaction.
import type { Tx } from '../../platform/db.ts';
import { ClawbackBook } from './clawback-book.ts';
import type { ClawbackRow } from './clawback-book.ts';
import { loadClawbacks, loadPaidOut, loadTakings } from './clawback.store.ts';
import { groupKeyText } from './post.ts';
import type { GroupState } from './post.ts';
import { decideReviews } from './review.ts';
import type { LinesMessage, ReviewPart } from './review.ts';
import { loadParts } from './review.store.ts';
import { loadGroupsOf } from './save-postings.store.ts';

/** The messages as they are posted, the groups that they move, and what of reviews and clawbacks changed. */
export interface PartedTurn {
  readonly messages: readonly LinesMessage[];
  readonly groups: ReadonlyMap<string, GroupState>;
  readonly parts: readonly ReviewPart[];
  readonly clawbacks: readonly ClawbackRow[];
}

/** Parts the messages of a turn. Where nothing takes back and nothing was paid this costs no look of its own. */
export async function partTurn(tx: Tx, messages: readonly LinesMessage[]): Promise<PartedTurn> {
  const book = await openBook(tx, messages);
  const told = book === undefined ? messages : messages.map((message) => book.tell(message));
  const reviewed = decideReviews(told, await loadParts(tx, told));
  return partTold(tx, { messages: reviewed.messages, book, parts: reviewed.parts });
}

/** The same of messages that are told already. */
export async function partTold(
  tx: Tx,
  told: {
    readonly messages: readonly LinesMessage[];
    readonly book: ClawbackBook | undefined;
    readonly parts: readonly ReviewPart[];
  },
): Promise<PartedTurn> {
  const { messages, parts } = told;
  const groups = await loadGroupsOf(tx, messages);
  const inPaid = messages.flatMap(({ lane, differences }) =>
    differences
      .filter((line) => (groups.get(groupKeyText(line))?.paid ?? 0n) !== 0n)
      .map((line) => ({ lane, line })),
  );
  if (inPaid.length === 0 && told.book === undefined) return { messages, groups, parts, clawbacks: [] };
  const book = told.book ?? new ClawbackBook([], new Map());
  book.add(
    await loadClawbacks(
      tx,
      inPaid.filter(({ lane, line }) => !book.has(lane, line)),
    ),
  );
  const parted = book.part(messages, groups);
  return { messages: parted, groups: await loadGroupsOf(tx, parted), parts, clawbacks: book.changed() };
}

/** What takes from the same as the lines of these messages, with what was paid of it; undefined where no line takes back. */
async function openBook(tx: Tx, messages: readonly LinesMessage[]): Promise<ClawbackBook | undefined> {
  const asked = messages.flatMap(({ lane, differences }) =>
    differences.flatMap((line) =>
      line.ifPaid === undefined ? [] : [{ lane, line, takesFrom: line.ifPaid.key }],
    ),
  );
  if (asked.length === 0) return undefined;
  const rows = await loadTakings(
    tx,
    asked.map(({ lane, takesFrom }) => ({ lane, key: takesFrom })),
  );
  return new ClawbackBook(rows, await loadPaidOut(tx, [...asked, ...rows]));
}
