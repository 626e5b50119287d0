import { wireId } from '../kernel/ids.ts';
import type { Tx } from '../platform/db.ts';
import { notFound } from '../platform/http/problem.ts';
import { lockProgram } from './registry.store.ts';
import type { LockedProgram, RegistryChange } from './registry.store.ts';

/** Locks the program for a change of its registry and raises its versions (registry.store.ts). Throws 404. */
export async function getLockedProgram(
  tx: Tx,
  programId: string,
  change: RegistryChange,
): Promise<LockedProgram> {
  const program = await lockProgram(tx, programId, change);
  if (program === undefined) throw notFound('program', wireId('prg', programId));
  return program;
}
