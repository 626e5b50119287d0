// Who must agree, and what may follow on what (rules.md 2.16). Pure.
import { needsSecondPerson } from '../../kernel/four-eyes.ts';
import type { MovedMoney } from '../../kernel/four-eyes.ts';
import type { ChangeSetState } from './facts.ts';

/** Above this amount of the base currency a second person must agree, where the program says nothing (`restatementLimit`). */
export const DEFAULT_LIMIT = '1000';

/**
 * The state in which a set begins: it runs at once when no more money moves than the limit, or when somebody else than the
 * proposer has agreed already (a trial that was approved); otherwise it waits. Actors are labels: people and keys alike.
 */
export function decideGate(
  preview: MovedMoney,
  limit: string,
  actors: { readonly by: string; readonly approvedBy?: string | undefined },
): 'proposed' | 'running' {
  if (!needsSecondPerson(preview, limit)) return 'running';
  return actors.approvedBy !== undefined && actors.approvedBy !== actors.by ? 'running' : 'proposed';
}

/** What a person may do with a set, from which states, and where it leads. */
export const MOVES = {
  approve: { from: ['proposed'], to: 'running' },
  reject: { from: ['proposed'], to: 'rejected' },
  stop: { from: ['running'], to: 'stopped' },
  resume: { from: ['stopped', 'failed'], to: 'running' },
} as const satisfies Record<string, { from: readonly ChangeSetState[]; to: ChangeSetState }>;

export type ChangeSetVerb = keyof typeof MOVES;

/** States in which what a set brought may be released: it has ended, and people have seen what it came to. */
export const RELEASABLE: readonly ChangeSetState[] = ['done', 'stopped', 'failed', 'undone'];

/**
 * True when another person than the proposer must release what a set brought: as many eyes as it needed to be applied, and those that
 * it would need now. `limit`: major units of the program's base currency.
 */
export function needsSecondRelease(
  set: { readonly preview: MovedMoney | null; readonly decided_by: string | null },
  limit: string,
): boolean {
  return set.decided_by !== null || set.preview === null || needsSecondPerson(set.preview, limit);
}

/** States in which something of a set stands in the books, so that there is something to undo. */
export const UNDOABLE: readonly ChangeSetState[] = ['done', 'stopped', 'failed'];
