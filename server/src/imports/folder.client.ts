import { createReadStream } from 'node:fs';
import { mkdir, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { fitsPattern } from './pattern.ts';
import type { FoundFile } from './pattern.ts';

/** Where files of an ended import go, beside the folder's own. */
export type Shelf = 'done' | 'failed';

/** A place where others lay down files: a folder of this machine, or of an SFTP server. */
export interface WatchedPlace {
  /** Plain files whose names fit, oldest first. */
  list(pattern: string): Promise<FoundFile[]>;
  read(file: FoundFile): Promise<Readable>;
  /** Moves it into a folder beside it, under a name that is free there; answers with that name. */
  shelve(file: FoundFile, shelf: Shelf, unique: string): Promise<string>;
  remove(file: FoundFile): Promise<void>;
  /** Writes a small file into a folder beside. */
  write(shelf: Shelf, name: string, lines: Iterable<string> | AsyncIterable<string>): Promise<void>;
  close(): Promise<void>;
}

/** Why a place cannot be watched, with what to do: shown with the feed. */
export class PlaceRefused extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'PlaceRefused';
  }
}

/**
 * Opens a folder under one of the allowed base folders; a relative path begins in the first of them. Links are followed
 * before it is judged. Throws PlaceRefused.
 */
export async function openFolder(path: string, bases: readonly string[]): Promise<WatchedPlace> {
  const folder = await realFolder(isAbsolute(path) ? path : join(bases[0] ?? '', path));
  const isAllowed = (await Promise.all(bases.map((base) => realpath(base).catch(() => resolve(base))))).some(
    (base) => {
      const way = relative(base, folder);
      return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
    },
  );
  if (!isAllowed)
    throw new PlaceRefused(
      `The folder ${path} lies under none of the allowed base folders. Allow its base with PLUMBLINE_IMPORT_FOLDERS on the machine of the worker.`,
    );
  return {
    async list(pattern) {
      const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
      const found: FoundFile[] = [];
      for (const { name } of names) {
        if (!fitsPattern(name, pattern)) continue;
        // Gone in the meantime is no fault: whoever lays files down may take them away.
        const at = await stat(join(folder, name)).catch(() => undefined);
        if (at !== undefined)
          found.push({ name, path: join(folder, name), size: at.size, modified: Math.floor(at.mtimeMs) });
      }
      return found.toSorted((a, b) => a.modified - b.modified);
    },
    read: async (file) => createReadStream(file.path, { highWaterMark: 1 << 20 }),
    async shelve(file, shelf, unique) {
      await mkdir(join(folder, shelf), { recursive: true });
      const taken = (await stat(join(folder, shelf, file.name)).catch(() => undefined)) !== undefined;
      const name = taken ? `${file.name}.${unique}` : file.name;
      await rename(file.path, join(folder, shelf, name));
      return name;
    },
    remove: (file) => rm(file.path, { force: true }),
    async write(shelf, name, lines) {
      await mkdir(join(folder, shelf), { recursive: true });
      await writeFile(join(folder, shelf, name), lines);
    },
    close: () => Promise.resolve(),
  };
}

async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw new PlaceRefused(
      `The folder ${path} cannot be opened on the machine of the worker (${(error as NodeJS.ErrnoException).code ?? 'unknown'}). Make it, or correct settings.files.path.`,
    );
  }
}
