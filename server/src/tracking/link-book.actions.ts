import type { Instant } from '../kernel/instant.ts';
import type { Db } from '../platform/db.ts';
import type { Log } from '../platform/log.ts';
import { listProgramVersions } from '../registry/index.ts';
import { openBookLink, openBookProgram } from './link-book.ts';
import type { BookLink, BookProgram, StoredLink } from './link-book.ts';
import type { LinkBookFile, StoredBook } from './link-book-file.client.ts';
import { findBookChange } from './link-book.views.ts';
import type { BookChange } from './link-book.views.ts';

/** How often the database is asked what changed: a suspension reaches every redirecting process within this time and a reading. */
const LOOK_MS = 1_000;

/**
 * Every link of every program in memory, so that a visitor waits for nobody, and in a file, so that redirects go on from
 * the first moment also when the database is away. It asks for changes every second; while the database is away it stays as it is.
 */
export interface LinkBook {
  findLink(linkId: string): BookLink | undefined;
  findProgram(programId: string): BookProgram | undefined;
  /** Asks now what changed. Throws when the database cannot be asked. */
  refresh(): Promise<void>;
  /** Resolves when the book can be used: the file is read, or the database was asked. Never throws. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface LinkBookParts {
  readonly db: Db;
  readonly log: Log;
  readonly file: LinkBookFile;
  /** Milliseconds between looks; tests take 0: no look by itself. */
  readonly lookMs?: number;
}

interface OpenProgram {
  readonly program: BookProgram;
  readonly stored: BookChange['program'];
  readonly links: Map<string, StoredLink>;
}

export function createLinkBook(parts: LinkBookParts): LinkBook {
  const book = new Book(parts);
  const lookMs = parts.lookMs ?? LOOK_MS;
  const opened = book.open();
  const timer = lookMs === 0 ? undefined : setInterval(() => void book.lookQuietly(), lookMs);
  timer?.unref();
  return {
    findLink: (linkId) => book.links.get(linkId),
    findProgram: (programId) => book.programs.get(programId)?.program,
    refresh: () => book.look(),
    ready: () => opened,
    async close() {
      clearInterval(timer);
      await opened;
      await book.settle();
    },
  };
}

class Book {
  readonly links = new Map<string, BookLink>();
  readonly programs = new Map<string, OpenProgram>();
  readonly #parts: LinkBookParts;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #writing: Promise<void> | undefined;
  #dirty = false;
  #away = false;

  constructor(parts: LinkBookParts) {
    this.#parts = parts;
  }

  async open(): Promise<void> {
    const books = await this.#parts.file.read();
    for (const { program, links } of books ?? []) this.#take({ program, links });
    this.#dirty = false;
    // With a file, the visitors of the first moment do not wait for a database that may not be there.
    if (books === undefined) await this.lookQuietly();
    else void this.lookQuietly();
  }

  async lookQuietly(): Promise<void> {
    try {
      await this.look();
      if (this.#away) this.#parts.log.warn('the database is back: links follow the registry again');
      this.#away = false;
    } catch (error) {
      if (!this.#away) this.#parts.log.warn({ err: error }, 'links stay as they were: the database is away');
      this.#away = true;
    }
  }

  /** A look that begins after the call: one under way may have begun too early to see what the caller knows. */
  look(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running.then(
      () => this.#startNext(),
      () => this.#startNext(),
    );
    return this.#next;
  }

  #startNext(): Promise<void> {
    this.#next = undefined;
    return this.#start();
  }

  #start(): Promise<void> {
    this.#running = this.#readChanges().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #readChanges(): Promise<void> {
    const { db } = this.#parts;
    for (const { id, registry_version: version } of await db.reference(listProgramVersions)) {
      const known = this.programs.get(id)?.stored.registryVersion ?? -1;
      if (known >= version) continue;
      const change = await db.reference((tx) => findBookChange(tx, id, known));
      if (change !== undefined) this.#take(change);
    }
    this.#keep();
  }

  #take({ program, links }: BookChange): void {
    const before = this.programs.get(program.id);
    const stored = before?.links ?? new Map<string, StoredLink>();
    for (const link of links) {
      stored.set(link[0], link);
      this.links.set(link[0], openBookLink(program.id, link));
    }
    this.programs.set(program.id, { program: openBookProgram(program), stored: program, links: stored });
    this.#dirty = true;
  }

  /** Writes the file, one writing at a time; what changed meanwhile goes into the next one. */
  #keep(): void {
    if (!this.#dirty || this.#writing !== undefined) return;
    this.#dirty = false;
    this.#writing = this.#parts.file
      .write(this.#list())
      .catch((error: unknown) => {
        this.#dirty = true;
        this.#parts.log.error({ err: error }, 'links could not be written to the data folder');
      })
      .finally(() => {
        this.#writing = undefined;
      });
  }

  *#list(): Iterable<StoredBook> {
    for (const { stored, links } of this.programs.values())
      yield { program: stored, links: [...links.values()] };
  }

  async settle(): Promise<void> {
    await this.#running?.catch(() => undefined);
    await this.#writing;
    this.#keep();
    await this.#writing;
  }
}

/** A program's now for its visitors: the settable clock of a sandbox where it is set. */
export function nowOf(program: BookProgram, realNow: Instant): Instant {
  return program.clockAt ?? realNow;
}
