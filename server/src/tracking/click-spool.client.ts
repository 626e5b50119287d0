import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/**
 * Visits on the disk of this machine between the redirect and the database. Each process writes segments in a folder of its own; a
 * sealed segment is stored and then removed. What a process leaves behind when it dies is taken over by the next one that looks.
 */
export interface ClickSpool {
  /** Appends lines to the open segment. They survive the death of the process from here on, and of the machine after `sync`. */
  append(lines: string): Promise<void>;
  /** Ends the open segment; what it holds can be stored. */
  seal(): Promise<void>;
  /** Brings everything that is not stored yet to the disk. */
  sync(): Promise<void>;
  /** Sealed segments, oldest first. */
  sealed(): readonly string[];
  /** Removes a segment that was stored, and forgets one that is gone. One with lines that could not be read is put aside instead, for people. */
  done(segment: string, more: { readonly torn: boolean }): Promise<void>;
  /** Takes over the segments of processes that are gone; answers how many. */
  adopt(): Promise<number>;
  /** Says that this process is alive; every few seconds. */
  beat(): Promise<void>;
  /** Seals and leaves. The folder goes when nothing is in it. */
  close(): Promise<void>;
}

/** A process that was silent for so long is gone, whatever its number says. */
const SILENT_MS = 60_000;
/** Older than this, our own beat may have been taken for silence: a new folder is begun. */
const LATE_MS = 30_000;
const OWNER = 'owner.json';
const SEGMENT = '.clicks';

/** Opens a folder of its own below `folder`. `now` is real time in milliseconds. */
export function openClickSpool(folder: string, now: () => number): ClickSpool {
  return new Spool(folder, now);
}

/** The text of a sealed segment; undefined when another process took it over. */
export async function readSegment(segment: string): Promise<string | undefined> {
  try {
    return await readFile(segment, 'utf8');
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
}

/** Keeps a line that the database refuses, for people. `folder` is the one that the spool was opened on. */
export async function putLineAside(folder: string, line: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'refused.jsonl'), line, { flag: 'a', mode: 0o600 });
}

interface OpenSegment {
  readonly path: string;
  readonly handle: FileHandle;
  /** Written to, and perhaps not on the disk yet. */
  dirty: boolean;
}

class Spool implements ClickSpool {
  readonly #root: string;
  readonly #now: () => number;
  #own = '';
  #beatAt = 0;
  #count = 0;
  #file: OpenSegment | undefined;
  #sealed: string[] = [];
  /** Sealed, and perhaps not on the disk yet. */
  #unsynced = new Set<string>();

  constructor(root: string, now: () => number) {
    this.#root = root;
    this.#now = now;
  }

  async append(lines: string): Promise<void> {
    const file = (this.#file ??= await this.#openSegment());
    file.dirty = true;
    await file.handle.appendFile(lines);
  }

  async #openSegment(): Promise<OpenSegment> {
    if (this.#own === '' || this.#now() - this.#beatAt > LATE_MS) await this.#begin();
    this.#count += 1;
    const path = join(this.#own, `${String(this.#count).padStart(9, '0')}${SEGMENT}`);
    return { path, handle: await open(path, 'ax', 0o600), dirty: false };
  }

  /** A folder that nobody else writes into. */
  async #begin(): Promise<void> {
    const own = join(this.#root, `${String(this.#now()).padStart(15, '0')}-${randomUUID()}`);
    await mkdir(own, { recursive: true, mode: 0o700 });
    await writeFile(join(own, OWNER), JSON.stringify({ pid: process.pid, host: hostname() }), {
      mode: 0o600,
    });
    this.#own = own;
    this.#beatAt = this.#now();
  }

  async seal(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    await file.handle.close();
    this.#sealed.push(file.path);
    if (file.dirty) this.#unsynced.add(file.path);
  }

  async sync(): Promise<void> {
    const file = this.#file;
    if (file?.dirty === true) {
      file.dirty = false;
      await file.handle.datasync();
    }
    for (const path of this.#unsynced) {
      await syncFile(path);
      this.#unsynced.delete(path);
    }
  }

  sealed(): readonly string[] {
    return this.#sealed;
  }

  async done(segment: string, more: { readonly torn: boolean }): Promise<void> {
    if (more.torn) await rename(segment, `${segment}.torn`).catch(ignoreMissing);
    else await rm(segment, { force: true });
    this.#unsynced.delete(segment);
    this.#sealed = this.#sealed.filter((one) => one !== segment);
  }

  async adopt(): Promise<number> {
    let adopted = 0;
    for (const name of (await readdir(this.#root).catch(() => [])).toSorted()) {
      const folder = join(this.#root, name);
      if (folder === this.#own || !(await this.#isGone(folder))) continue;
      if (this.#own === '') await this.#begin();
      for (const entry of (await readdir(folder).catch(() => [])).toSorted()) {
        if (!entry.endsWith(SEGMENT)) continue;
        // One of two processes that try gets it.
        const mine = join(this.#own, `${name}-${entry}`);
        if (await renamed(join(folder, entry), mine)) {
          this.#sealed.push(mine);
          this.#unsynced.add(mine);
          adopted += 1;
        }
      }
      await leave(folder);
    }
    return adopted;
  }

  async #isGone(folder: string): Promise<boolean> {
    try {
      const path = join(folder, OWNER);
      const silentMs = this.#now() - (await stat(path)).mtimeMs;
      const owner = JSON.parse(await readFile(path, 'utf8')) as { pid: number; host: string };
      if (owner.host === hostname() && owner.pid !== process.pid && !isAlive(owner.pid)) return true;
      return silentMs > SILENT_MS;
    } catch {
      // No folder of a process, or one that is just being made.
      return false;
    }
  }

  async beat(): Promise<void> {
    if (this.#own === '') return;
    const at = this.#now();
    await utimes(join(this.#own, OWNER), at / 1000, at / 1000);
    this.#beatAt = at;
  }

  async close(): Promise<void> {
    await this.seal();
    await this.sync();
    if (this.#own !== '' && this.#sealed.length === 0) await leave(this.#own);
  }
}

/** Removes a folder of a process, unless something that people may want to see is in it. */
async function leave(folder: string): Promise<void> {
  const left = (await readdir(folder).catch(() => [])).filter((name) => name !== OWNER);
  if (left.length > 0) return;
  await rm(join(folder, OWNER), { force: true });
  await rmdir(folder).catch(() => undefined);
}

async function syncFile(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r+');
    try {
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Stored and removed meanwhile.
    ignoreMissing(error);
  }
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
