import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** True when the id is in use, whoever owns the process, and also by a zombie that nobody has looked after. */
export function doesExist(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** True when a process with this id exists and is not a zombie. */
export function isAlive(pid: number): boolean {
  return doesExist(pid) && !isZombie(pid);
}

/** True when any process works in this folder, as each process of a PostgreSQL does; false where no one can tell. */
export function hasProcessIn(folder: string): boolean {
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return false;
  }
  return pids.some((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      // Gone in this moment, or another user's: PostgreSQL's processes are ours or we are root.
      return false;
    }
  });
}

/**
 * A word that tells two processes with the same id apart, because ids are used again: the kernel's start time
 * of the process and the boot it belongs to. Empty where the system does not say.
 */
export function birthMark(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${statFields(pid)[19] ?? ''}`;
  } catch {
    return '';
  }
}

/** True when `pid` is a PostgreSQL server that works in `dataFolder`, and not a stranger who got its id. */
export function isPostmasterOf(pid: number, dataFolder: string): boolean {
  if (!isAlive(pid)) return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dataFolder;
  } catch {
    // No /proc, or a process of another user: ask for the program's name.
    const answer = spawnSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' });
    return /postgres/.test(answer.stdout ?? '');
  }
}

function isZombie(pid: number): boolean {
  try {
    return statFields(pid)[0] === 'Z';
  } catch {
    return false;
  }
}

/** The fields of /proc/<pid>/stat after the program's name, which may itself contain spaces and brackets. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
