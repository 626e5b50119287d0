import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { SetupProblem } from '../setup-problem.ts';
import { birthMark, isAlive } from './process-table.ts';

interface Owner {
  readonly pid: number;
  readonly birthMark: string;
}

/**
 * Claims a data folder for this process, so that two Plumblines never fight over one PostgreSQL.
 * A claim whose process is gone is taken over. Throws SetupProblem when the claimant is alive.
 */
export function claimFolder(file: string): void {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (writeClaim(file)) return;
    const owner = readOwner(file);
    if (owner !== undefined && isOwnerAlive(owner)) {
      throw new SetupProblem(
        `Another Plumbline (process ${owner.pid}) already uses this data folder (${file}). ` +
          'Stop it first, or set PLUMBLINE_DATA to another folder.',
      );
    }
    unlinkIfThere(file);
  }
  throw new SetupProblem(
    `The claim ${file} changes hands all the time. Start only one Plumbline per folder.`,
  );
}

/** Gives the claim back; a claim of somebody else is left alone. */
export function releaseFolder(file: string): void {
  if (readOwner(file)?.pid === process.pid) unlinkIfThere(file);
}

/** The process id of the living claimant, or undefined. */
export function findOwner(file: string): number | undefined {
  const owner = readOwner(file);
  return owner !== undefined && isOwnerAlive(owner) ? owner.pid : undefined;
}

function writeClaim(file: string): boolean {
  const owner: Owner = { pid: process.pid, birthMark: birthMark(process.pid) };
  try {
    const handle = openSync(file, 'wx', 0o644);
    writeSync(handle, JSON.stringify(owner));
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isOwnerAlive(owner: Owner): boolean {
  return isAlive(owner.pid) && birthMark(owner.pid) === owner.birthMark;
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    // Missing, or half written by a process that was killed in that moment: nobody to respect.
    return undefined;
  }
}

function unlinkIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
