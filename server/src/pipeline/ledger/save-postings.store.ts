import { formatInstant } from '../../kernel/instant.ts';
import { startOfDate } from '../../kernel/zone.ts';
import type { Tx } from '../../platform/db.ts';
import { loadGroups, postBalances, postGroups, postRows } from './ledger.store.ts';
import type { PostedGroup, ProgramTime } from './ledger.store.ts';
import { sumOwed } from './owed.ts';
import { postOwed } from './owed.store.ts';
import { groupKeyText } from './post.ts';
import type { GroupDelta, GroupKey, Postings } from './post.ts';
import type { LinesMessage } from './review.ts';

/** Writes what was decided: rows, balances and groups, in the caller's transaction. */
export async function savePostings(
  tx: Tx,
  postings: Omit<Postings, 'notices'>,
  times: ReadonlyMap<string, ProgramTime>,
): Promise<void> {
  await postRows(
    tx,
    postings.rows.map((row) => ({ row, bookedAt: timeOf(times, row.programId).now })),
  );
  await postBalances(tx, postings.balances);
  await postGroups(
    tx,
    postings.groups.map((delta): PostedGroup => ({ delta, holdUntil: holdUntilOf(delta, times) })),
  );
  await postOwed(tx, sumOwed(postings.rows));
}

/** The groups that these messages move, as they stand. */
export async function loadGroupsOf(
  tx: Tx,
  messages: readonly LinesMessage[],
): Promise<Awaited<ReturnType<typeof loadGroups>>> {
  const lanes: number[] = [];
  const keys: GroupKey[] = [];
  const seen = new Set<string>();
  for (const message of messages) {
    for (const difference of message.differences) {
      const text = groupKeyText(difference);
      if (seen.has(text)) continue;
      seen.add(text);
      lanes.push(message.lane);
      keys.push(difference);
    }
  }
  return loadGroups(tx, lanes, keys);
}

/** The hold ends at midnight of its day in the program's zone; a reason such as open KYC holds until it is taken away. */
function holdUntilOf(delta: GroupDelta, times: ReadonlyMap<string, ProgramTime>): string {
  if (delta.holdReason !== '') return 'infinity';
  return formatInstant(startOfDate(delta.holdDay, timeOf(times, delta.programId).zone));
}

/** Throws when a message names a program that does not exist. */
export function timeOf(times: ReadonlyMap<string, ProgramTime>, programId: string): ProgramTime {
  const time = times.get(programId);
  if (time === undefined) throw new Error(`program ${programId} of a message does not exist`);
  return time;
}
