import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import { factsInForce } from '../facts-in-force.views.ts';
import type { ProgramRow, ProgramSettings } from './programs.views.ts';

export interface NewProgram {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly vertical: string;
  readonly baseCurrency: string;
  readonly zone: string;
  readonly sandbox: boolean;
  readonly clockAt: Instant | null;
  readonly settings: ProgramSettings;
  readonly now: Instant;
}

/** Throws a unique violation of program_slug_key when the slug is taken. */
export async function insertProgram(tx: Tx, program: NewProgram): Promise<ProgramRow> {
  return tx.one<ProgramRow>(
    `insert into program (id, slug, name, vertical, base_currency, zone, sandbox, clock_at, settings, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *, 0 as facts_in_force`,
    [
      program.id,
      program.slug,
      program.name,
      program.vertical,
      program.baseCurrency,
      program.zone,
      program.sandbox,
      program.clockAt === null ? null : formatInstant(program.clockAt),
      json(program.settings),
      formatInstant(program.now),
    ],
  );
}

export async function updateProgram(
  tx: Tx,
  id: string,
  change: { name: string; settings: ProgramSettings },
): Promise<ProgramRow> {
  return tx.one<ProgramRow>(
    `update program set name = $2, settings = $3 where id = $1 returning *, ${factsInForce('program.id')} as facts_in_force`,
    [id, change.name, json(change.settings)],
  );
}

/** Guarded: moves the clock of a sandbox forward, or sets it the first time. False when the guard refuses. */
export async function moveClock(tx: Tx, programId: string, at: Instant): Promise<boolean> {
  const moved = await tx.exec(
    `update program set clock_at = $2, registry_version = registry_version + 1
     where id = $1 and sandbox and (clock_at is null or clock_at <= $2)`,
    [programId, formatInstant(at)],
  );
  return moved === 1;
}

export async function insertClockMove(
  tx: Tx,
  move: { id: string; programId: string; at: Instant; now: Instant; by: string },
): Promise<void> {
  await tx.exec(
    `insert into program_clock_move (id, program_id, clock_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5)`,
    [move.id, move.programId, formatInstant(move.at), formatInstant(move.now), move.by],
    1,
  );
}
