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
  /** As this change has raised them. */
  readonly facts_version: number;
  readonly registry_version: number;
}

/**
 * What a change of the registry moves. `facts`: decisions about every customer may depend on it (rules.md 3.6). `partners`: decisions
 * about customers bound to some partners, which the caller marks with the new facts version. `registry`: only what caches know.
 */
export type RegistryChange = 'facts' | 'partners' | 'registry';

/**
 * First statement of every change of a program's registry: raises the versions, which also serialises the changes
 * of one program, so that checks such as "no cycle" hold when they commit. Undefined when there is no such program.
 */
export async function lockProgram(
  tx: Tx,
  programId: string,
  change: RegistryChange,
): Promise<LockedProgram | undefined> {
  return tx.find<LockedProgram>(
    `update program
     set registry_version = registry_version + 1, facts_version = facts_version + $2,
       whole_version = case when $3 then facts_version + 1 else whole_version end
     where id = $1
     returning id, slug, base_currency, zone, sandbox, clock_at, facts_version, registry_version`,
    [programId, change === 'registry' ? 0 : 1, change === 'facts'],
  );
}
