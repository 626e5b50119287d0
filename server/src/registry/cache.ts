import type { Instant } from '../kernel/instant.ts';
import { createRateBook, EMPTY_RATE_BOOK } from '../kernel/rate-book.ts';
import type { RateBook } from '../kernel/rate-book.ts';
import { compileMapping } from '../pipeline/mapping/index.ts';
import type { CompiledMapping, SourceSettings } from '../pipeline/mapping/index.ts';
import type { Db, Tx } from '../platform/db.ts';
import { countRateImports, findProgramRows, listProgramVersions, listRates } from './cache.views.ts';
import type { ProgramRows, SourceRow, VersionRow } from './cache.views.ts';
import type { ProgramSnapshot, SourceSnapshot } from './facts.ts';
import { afterClosings, programNow } from './program-clock.ts';
import { feedEntryOf } from './sources/facts.ts';
import type { FeedEntry } from './sources/facts.ts';
import { buildProgramSnapshot } from './snapshot.ts';

/** A source as the doors need it. */
export interface SourceEntry extends SourceSnapshot {
  readonly name: string;
  readonly preset: string;
  readonly reply: 'strict' | 'legacy';
  readonly settings: Readonly<Record<string, unknown>>;
  /** SHA-256 of the token of its postback address; null = only with an API key. */
  readonly tokenHash: Buffer | null;
  readonly mappingVersion: number;
  /** The mapping in force, compiled on first use. Throws InvalidMapping when a stored one no longer compiles. */
  readonly mapping: () => CompiledMapping;
  /** Configured feeds by name; postback, api, batch and raw need none. */
  readonly feeds: ReadonlyMap<string, FeedEntry>;
}

/** A tracking link as the redirect needs it. */
export interface LinkEntry {
  readonly id: string;
  readonly programId: string;
  readonly partnerId: string;
  readonly campaign: string;
  readonly creative: string;
  readonly landingUrl: string;
  readonly clickParam: string;
  readonly active: boolean;
}

/** A destination of webhooks that is active. */
export interface EndpointEntry {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
}

/**
 * What the registry knows, held in memory and loaded again when its versions move. Answers are never older than
 * `checkEveryMs` before the call: with 0, the default, each call asks for the versions first, so a turn that asks
 * after it has loaded its rows sees every fact that was committed before them.
 */
export interface RegistryCache {
  /** Throws when there is no such program. */
  getProgram(programId: string): Promise<ProgramSnapshot>;
  findProgram(programId: string): Promise<ProgramSnapshot | undefined>;
  /** Throws when there is no such source. */
  getSource(sourceId: string): Promise<SourceEntry>;
  findSourceBySlug(slug: string): Promise<SourceEntry | undefined>;
  findLink(linkId: string): Promise<LinkEntry | undefined>;
  /** As findSourceBySlug and programNow together, without a promise; undefined where something must be looked up first. */
  sourceAtOnce(
    slug: string,
    realNow: Instant,
  ): { readonly source: SourceEntry; readonly now: Instant } | undefined;
  /** A program's now: the settable clock of a sandbox where it is set, else the given real time. Throws when there is no such program. */
  programNow(programId: string, realNow: Instant): Promise<Instant>;
  /** Active endpoints of a program that want this type of event, in order of id. */
  listEndpoints(programId: string, eventType: string): Promise<readonly EndpointEntry[]>;
  /** Asks for the versions now, whatever `checkEveryMs` says. */
  refresh(): Promise<void>;
  /** The versions as of the last look. */
  programVersions(): ReadonlyMap<string, { readonly factsVersion: number; readonly registryVersion: number }>;
}

interface LoadedProgram {
  readonly versions: VersionRow;
  readonly snapshot: ProgramSnapshot;
  readonly clockAt: Instant | null;
  readonly sources: readonly SourceEntry[];
  readonly endpoints: readonly EndpointEntry[];
}

export interface RegistryCacheOptions {
  /** How old an answer may be, in milliseconds; 0 = as of the call. */
  readonly checkEveryMs?: number;
  /** Milliseconds that only go forward. */
  readonly elapsed?: () => number;
}

/** Opens a cache of its own on the database; cheap until it is asked. */
export function createRegistryCache(db: Db, options: RegistryCacheOptions = {}): RegistryCache {
  const cache = new Cache(db, options.checkEveryMs ?? 0, options.elapsed ?? (() => performance.now()));
  return {
    async getProgram(programId) {
      const found = await cache.findProgram(programId);
      if (found === undefined) throw new Error(`there is no program ${programId}`);
      return found.snapshot;
    },
    findProgram: async (programId) => (await cache.findProgram(programId))?.snapshot,
    async getSource(sourceId) {
      const found = await cache.findSource(sourceId);
      if (found === undefined) throw new Error(`there is no source ${sourceId}`);
      return found;
    },
    findSourceBySlug: (slug) => cache.findSourceBySlug(slug),
    findLink: (linkId) => cache.findLink(linkId),
    sourceAtOnce(slug, realNow) {
      const source = cache.sourceAtOnce(slug);
      const program = source === undefined ? undefined : cache.programAtOnce(source.programId);
      return source === undefined || program === undefined
        ? undefined
        : { source, now: nowOf(program, realNow) };
    },
    async programNow(programId, realNow) {
      const found = await cache.findProgram(programId);
      if (found === undefined) throw new Error(`there is no program ${programId}`);
      return nowOf(found, realNow);
    },
    async listEndpoints(programId, eventType) {
      const found = await cache.findProgram(programId);
      return found?.endpoints.filter((endpoint) => endpoint.eventTypes.includes(eventType)) ?? [];
    },
    refresh: () => cache.look(),
    programVersions: () => cache.versionMap(),
  };
}

function nowOf({ snapshot, clockAt }: LoadedProgram, realNow: Instant): Instant {
  return afterClosings(programNow({ clock_at: clockAt }, realNow), snapshot.closedPeriods ?? []);
}

class Cache {
  readonly #db: Db;
  readonly #checkEveryMs: number;
  readonly #elapsed: () => number;
  #versions = new Map<string, VersionRow>();
  readonly #programs = new Map<string, LoadedProgram>();
  #rates: { readonly imports: number; readonly book: RateBook } = { imports: 0, book: EMPTY_RATE_BOOK };
  readonly #loading = new Map<string, Promise<void>>();
  readonly #sourcesById = new Map<string, SourceEntry>();
  readonly #sourcesBySlug = new Map<string, SourceEntry>();
  readonly #links = new Map<string, LinkEntry>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(db: Db, checkEveryMs: number, elapsed: () => number) {
    this.#db = db;
    this.#checkEveryMs = checkEveryMs;
    this.#elapsed = elapsed;
  }

  async findProgram(programId: string): Promise<LoadedProgram | undefined> {
    await this.#check();
    await this.#load(programId);
    return this.#programs.get(programId);
  }

  async findSource(sourceId: string): Promise<SourceEntry | undefined> {
    await this.#checkAll();
    return this.#sourcesById.get(sourceId);
  }

  async findSourceBySlug(slug: string): Promise<SourceEntry | undefined> {
    await this.#checkAll();
    return this.#sourcesBySlug.get(slug) ?? this.#again(() => this.#sourcesBySlug.get(slug));
  }

  async findLink(linkId: string): Promise<LinkEntry | undefined> {
    await this.#checkAll();
    return this.#links.get(linkId) ?? this.#again(() => this.#links.get(linkId));
  }

  /** The source, when the versions were looked at lately enough and every program that moved is loaded. */
  sourceAtOnce(slug: string): SourceEntry | undefined {
    if (!this.#isFresh()) return undefined;
    for (const programId of this.#versions.keys()) if (this.#isStale(programId)) return undefined;
    return this.#sourcesBySlug.get(slug);
  }

  programAtOnce(programId: string): LoadedProgram | undefined {
    return this.#programs.get(programId);
  }

  /** What another process made a moment ago must not be answered with "not found". */
  async #again<T>(find: () => T | undefined): Promise<T | undefined> {
    if (this.#checkEveryMs === 0) return undefined;
    await this.look();
    await this.#checkAll();
    return find();
  }

  versionMap(): ReadonlyMap<string, { factsVersion: number; registryVersion: number }> {
    return new Map(
      [...this.#versions].map(([id, row]) => [
        id,
        { factsVersion: row.facts_version, registryVersion: row.registry_version },
      ]),
    );
  }

  /** A look that begins after the call: one that is already under way may have begun too early to see what the caller knows. */
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
    const begun = this.#elapsed();
    this.#running = this.#db
      .reference(listProgramVersions)
      .then((rows) => {
        this.#versions = new Map(rows.map((row) => [row.id, row]));
        this.#lookedAt = begun;
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  async #check(): Promise<void> {
    if (!this.#isFresh()) await this.look();
  }

  #isFresh(): boolean {
    return this.#checkEveryMs > 0 && this.#elapsed() - this.#lookedAt < this.#checkEveryMs;
  }

  /** For what is found by an id of its own, without the program: every program that moved is loaded. */
  async #checkAll(): Promise<void> {
    await this.#check();
    for (const programId of this.#versions.keys()) {
      if (this.#isStale(programId)) await this.#load(programId);
    }
  }

  #isStale(programId: string): boolean {
    const wanted = this.#versions.get(programId);
    const loaded = this.#programs.get(programId);
    if (wanted === undefined) return false;
    return (
      loaded === undefined ||
      loaded.versions.registry_version < wanted.registry_version ||
      loaded.versions.facts_version < wanted.facts_version
    );
  }

  async #load(programId: string): Promise<void> {
    while (this.#isStale(programId)) {
      const loading = this.#loading.get(programId) ?? this.#startLoading(programId);
      await loading;
    }
  }

  #startLoading(programId: string): Promise<void> {
    const since = this.#programs.get(programId)?.versions.registry_version;
    const loading = this.#db
      .reference(async (tx) => {
        const rows = await findProgramRows(tx, programId, since);
        this.#rates = await renewRates(tx, this.#rates);
        return rows;
      })
      .then((rows) => {
        if (rows === undefined) this.#versions.delete(programId);
        else this.#keep(rows);
      })
      .finally(() => this.#loading.delete(programId));
    this.#loading.set(programId, loading);
    return loading;
  }

  #keep(rows: ProgramRows): void {
    const before = this.#programs.get(rows.program.id);
    const sources = rows.sources.map((row) => sourceEntryOf(row, rows, this.#sourcesById.get(row.id)));
    for (const source of before?.sources ?? []) this.#sourcesBySlug.delete(source.slug);
    for (const source of sources) {
      this.#sourcesById.set(source.id, source);
      this.#sourcesBySlug.set(source.slug, source);
    }
    for (const row of rows.links)
      this.#links.set(row.id, {
        id: row.id,
        programId: rows.program.id,
        partnerId: row.partner_id,
        campaign: row.campaign,
        creative: row.creative,
        landingUrl: row.landing_url,
        clickParam: row.click_param,
        active: row.active,
      });
    const endpoints = rows.endpoints.map((row) => ({
      id: row.id,
      url: row.url,
      eventTypes: row.event_types,
    }));
    this.#programs.set(rows.program.id, {
      versions: rows.program,
      snapshot: buildProgramSnapshot(rows, this.#rates.book, before?.snapshot),
      clockAt: rows.program.clock_at,
      sources,
      endpoints,
    });
  }
}

/** The rates are those of all programs and may be many: they are read again only when some were added. */
async function renewRates(
  tx: Tx,
  known: { imports: number; book: RateBook },
): Promise<{ imports: number; book: RateBook }> {
  const imports = await countRateImports(tx);
  return imports === known.imports ? known : { imports, book: createRateBook(await listRates(tx)) };
}

/** Compiling a mapping is slow, so an entry that says the same keeps the compiled one of before. */
function sourceEntryOf(row: SourceRow, rows: ProgramRows, before: SourceEntry | undefined): SourceEntry {
  const unchanged =
    before !== undefined &&
    before.mappingVersion === row.mapping_version &&
    JSON.stringify(before.settings) === JSON.stringify(row.settings);
  let compiled: CompiledMapping | undefined;
  return {
    id: row.id,
    slug: row.slug,
    programId: rows.program.id,
    name: row.name,
    preset: row.preset,
    registrar: row.registrar,
    reply: row.reply,
    settings: row.settings,
    tokenHash: row.token_hash,
    mappingVersion: row.mapping_version,
    mapping: unchanged
      ? before.mapping
      : () => (compiled ??= compileMapping(row.mapping, row.settings as SourceSettings)),
    feeds: new Map(
      rows.feeds.filter((feed) => feed.source_id === row.id).map((feed) => [feed.name, feedEntryOf(feed)]),
    ),
  };
}
