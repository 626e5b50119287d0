import type { Instant } from '../kernel/instant.ts';
import type { Tx } from '../platform/db.ts';

/** What every change of a program's registry needs to know of it. */
export interface LockedProgram {
  readonly id: string;
  readonly slug: string;
  readonly base_currency: string;
  readonly zone: string;
  readonly sandbox: boolean;
  readonly clock_at: Instant | null;
}

/**
 * First statement of every change of a program's registry: raises the versions, which also serialises the changes
 * of one program, so that checks such as "no cycle" hold when they commit. `facts`: decisions depend on the change,
 * so customers are judged again (rules.md 3.6); otherwise only caches reload. Undefined when there is no such program.
 */
export async function lockProgram(
  tx: Tx,
  programId: string,
  change: 'facts' | 'registry',
): Promise<LockedProgram | undefined> {
  return tx.find<LockedProgram>(
    `update program
     set registry_version = registry_version + 1, facts_version = facts_version + $2
     where id = $1
     returning id, slug, base_currency, zone, sandbox, clock_at`,
    [programId, change === 'facts' ? 1 : 0],
  );
}
