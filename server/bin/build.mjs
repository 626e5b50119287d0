// Plain JavaScript for Node 20: builds the web pages when what they are made of has changed since the last time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './newer-node.mjs';
import { newerEnvironment } from './run.mjs';

const WEB = join(ROOT, 'web');
const OUTPUT = join(WEB, 'dist', 'console');
/** Contents, not times: a clone, a copy or a restore gives every file a new time. */
const STAMP = 'built-from';
const SOURCES = ['web', 'contract', 'package-lock.json'];
const NOT_SOURCES = new Set(['node_modules', 'dist', 'test', 'README.md']);

/** Builds what is stale with the given node. Returns a sentence when that failed, else undefined. */
export function buildWhenStale(node) {
  if (!existsSync(join(WEB, 'vite.config.ts'))) return undefined;
  const wanted = fingerprint();
  if (readStamp() === wanted) return undefined;
  console.error('Building the console ...');
  // Made beside and renamed: a start beside a test, or a build killed half way, must not leave half a console.
  const draft = join(WEB, 'dist', `.console-${process.pid}`);
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--outDir', relative(WEB, draft), '--emptyOutDir', '--logLevel', 'warn'];
  const run = spawnSync(node, args, { cwd: WEB, env: newerEnvironment(), encoding: 'utf8' });
  if (run.status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    const output = `${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`.trim();
    return `${output.split('\n').slice(-20).join('\n')}\nThe console could not be built.`;
  }
  writeFileSync(join(draft, STAMP), wanted);
  mkdirSync(join(WEB, 'dist'), { recursive: true });
  rmSync(OUTPUT, { recursive: true, force: true });
  renameSync(draft, OUTPUT);
  return undefined;
}

function readStamp() {
  try {
    return readFileSync(join(OUTPUT, STAMP), 'utf8');
  } catch {
    return undefined;
  }
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES) addToHash(hash, join(ROOT, source));
  return hash.digest('hex');
}

function addToHash(hash, path) {
  const entries = readEntries(path);
  if (entries === undefined) {
    hash
      .update(`${relative(ROOT, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
    return;
  }
  for (const name of entries) if (!NOT_SOURCES.has(name)) addToHash(hash, join(path, name));
}

/** Names in a folder in a fixed order, or undefined for a file. */
function readEntries(path) {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
