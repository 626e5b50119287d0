import { spawnSync } from 'node:child_process';
import { chownSync, lchownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem } from '../setup-problem.ts';

/** As whom PostgreSQL runs. It refuses to run as root, so root has to step down in one of two ways. */
export type Identity =
  | { readonly kind: 'same' }
  /** Another user of this machine, who can reach the programs and the data. */
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number }
  /** A user namespace in which root looks like nobody; needed where no other user may enter, as below /root. */
  | { readonly kind: 'namespace' };

const NAMESPACE = ['--user', '--map-user=65534', '--map-group=65534'];

/**
 * Decides as whom to run PostgreSQL with its files in `folder`, and makes that identity the folder's owner.
 * Order for root: the present owner of the folder, `postgres`, `nobody`, then a user namespace.
 * Throws SetupProblem when root finds no way to step down.
 */
export function chooseIdentity(folder: string, postgres: string): Identity {
  if (process.getuid?.() !== 0) return { kind: 'same' };
  const owner = lstatSync(folder);
  const users = [{ uid: owner.uid, gid: owner.gid }, ...namedUsers(['postgres', 'nobody'])];
  for (const { uid, gid } of users) {
    if (uid === 0) continue;
    // The folder must be theirs before the question whether they can enter it means anything.
    chownSync(folder, uid, gid);
    if (canUse({ kind: 'user', uid, gid }, folder, postgres)) {
      giveFolder(folder, uid, gid);
      return { kind: 'user', uid, gid };
    }
  }
  chownSync(folder, 0, 0);
  if (canUse({ kind: 'namespace' }, folder, postgres)) {
    giveFolder(folder, 0, 0);
    return { kind: 'namespace' };
  }
  throw new SetupProblem(
    `PostgreSQL does not run as root, and neither postgres nor nobody can use ${folder}. ` +
      'Start Plumbline as an ordinary user, put PLUMBLINE_DATA where other users may enter, or set DATABASE_URL.',
  );
}

/** The command line that runs `program` as this identity; `uid` and `gid` go to the spawn options. */
export function commandAs(
  identity: Identity,
  program: string,
  args: readonly string[],
): { command: string; args: string[]; uid?: number; gid?: number } {
  switch (identity.kind) {
    case 'same':
      return { command: program, args: [...args] };
    case 'user':
      return { command: program, args: [...args], uid: identity.uid, gid: identity.gid };
    case 'namespace':
      return { command: 'unshare', args: [...NAMESPACE, program, ...args] };
  }
}

/** Makes one file or folder belong to the identity; nothing to do where no one stepped down. */
export function giveTo(identity: Identity, path: string): void {
  if (identity.kind === 'user') chownSync(path, identity.uid, identity.gid);
}

function canUse(identity: Identity, folder: string, postgres: string): boolean {
  // The program is run by its path and told to write in the folder: both ways down must be open.
  const script = 'test -w "$1" && test -x "$1" && cd "$1" && exec "$2" --version';
  const run = commandAs(identity, 'sh', ['-c', script, 'sh', folder, postgres]);
  const { command, args, ...who } = run;
  return spawnSync(command, args, { ...who, cwd: '/', stdio: 'ignore' }).status === 0;
}

function namedUsers(names: readonly string[]): { uid: number; gid: number }[] {
  let lines: string[];
  try {
    lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    return [];
  }
  const found: { uid: number; gid: number }[] = [];
  for (const name of names) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields !== undefined) found.push({ uid: Number(fields[2]), gid: Number(fields[3]) });
  }
  return found;
}

function giveFolder(folder: string, uid: number, gid: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const stat = lstatSync(path);
    if (stat.uid !== uid || stat.gid !== gid) lchownSync(path, uid, gid);
  }
}
