import type { Tx } from '../../platform/db.ts';

/** What is still on the road, by where it waits. All zero = drained. */
export interface InFlight {
  readonly evidence: number;
  readonly pending: number;
  readonly touched: number;
  readonly hops: number;
  readonly inbox: number;
  readonly stale: number;
  /** Imports of exchange rates that are not in force everywhere. */
  readonly rates: number;
  /** Change sets that are being applied. */
  readonly changeSets: number;
}

/** Counts what is due in all lanes. Parked and waiting events are not in flight: they wait for evidence, not for us. */
export async function countInFlight(tx: Tx): Promise<InFlight> {
  return tx.one<{
    evidence: number;
    pending: number;
    touched: number;
    hops: number;
    inbox: number;
    stale: number;
    rates: number;
    changeSets: number;
  }>(
    `select (select count(*) from evidence_work) as evidence,
            (select count(*) from placement where state = 'pending') as pending,
            (select count(*) from customer where touched > settled) as touched,
            (select count(*) from hop_out) as hops,
            (select count(*) from partner_inbox) as inbox,
            (select count(*) from customer c join program p on p.id = c.program_id where c.facts_version < p.facts_version) as stale,
            (select count(*) from rate_import where applied_at is null) as rates,
            (select count(*) from change_set where state = 'running') as "changeSets"`,
  );
}

/** The facts version of every program. */
export async function listFactsVersions(tx: Tx): Promise<{ programId: string; factsVersion: number }[]> {
  const rows = await tx.rows<{ id: string; facts_version: number }>('select id, facts_version from program');
  return rows.map((row) => ({ programId: row.id, factsVersion: row.facts_version }));
}

/** Lanes with customers whose last whole decision is older than the facts of these programs. */
export async function listStaleLanes(
  tx: Tx,
  programIds: readonly string[],
): Promise<{ lane: number; programId: string; factsVersion: number }[]> {
  const rows = await tx.rows<{ lane: number; program_id: string; facts_version: number }>(
    `select distinct c.lane, c.program_id, p.facts_version
     from program p join customer c on c.program_id = p.id and c.facts_version < p.facts_version
     where p.id = any($1::uuid[])`,
    [programIds],
  );
  return rows.map((row) => ({ lane: row.lane, programId: row.program_id, factsVersion: row.facts_version }));
}
