import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredBookProgram, StoredLink } from './link-book.ts';

/** Raised when the form changes: an older file is then read as none. */
const FORM = 1;

/** A program and its links as they lie in the file. */
export interface StoredBook {
  readonly program: StoredBookProgram;
  readonly links: readonly StoredLink[];
}

/** Links on the disk of this machine, for the time when the database is away. */
export interface LinkBookFile {
  /** What the file holds; undefined when there is none that can be read. */
  read(): Promise<readonly StoredBook[] | undefined>;
  /** Replaces the file whole: whoever reads meanwhile, or after a crash, finds the old or the new one. */
  write(books: Iterable<StoredBook>): Promise<void>;
}

export function openLinkBookFile(dataFolder: string): LinkBookFile {
  const folder = join(dataFolder, 'links');
  const path = join(folder, 'links.jsonl');
  return {
    async read() {
      try {
        const [head, ...lines] = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
        if ((JSON.parse(head ?? 'null') as { form?: number } | null)?.form !== FORM) return undefined;
        return lines.map((line) => JSON.parse(line) as StoredBook);
      } catch {
        // No file, or not a whole one: the database is asked instead.
        return undefined;
      }
    },
    async write(books) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = join(folder, `${randomUUID()}.tmp`);
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.write(`${JSON.stringify({ form: FORM })}\n`);
        // A program at a time, so that many links never stand in memory as one text.
        for (const book of books) await file.write(`${JSON.stringify(book)}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    },
  };
}
