// Plain JavaScript, and nothing that Node 20 does not have: this runs before the right Node is there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the whole workspace. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Oldest Node that runs TypeScript as it is and everything we depend on. */
const OLDEST = [22, 22];

/** True when a version like "v24.21.0" is new enough. */
export function isNewEnough(version) {
  const [major, minor] = version.replace('v', '').split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Path of a Node that is new enough: the one that npm brought, else the one that runs this; or undefined. */
export function findNewerNode() {
  const packaged = join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(packaged)) {
    const answer = spawnSync(packaged, ['--version'], { encoding: 'utf8' });
    if (answer.status === 0 && isNewEnough(answer.stdout.trim())) return packaged;
  }
  return isNewEnough(process.version) ? process.execPath : undefined;
}

/** What to tell a person when there is none. */
export const NO_NODE =
  `Plumbline needs Node ${OLDEST.join('.')} or newer, and this is ${process.version}. npm brings a newer one on ` +
  'Linux (run npm ci with optional packages allowed); elsewhere install Node 24 yourself.';
