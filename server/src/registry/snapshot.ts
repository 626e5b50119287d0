import { instantFromIso } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { correctBook, RATE_SOURCES } from '../kernel/rate-book.ts';
import type { DatedRate, RateBook, RateSource } from '../kernel/rate-book.ts';
import { parseZone } from '../kernel/zone.ts';
import type { DealDocument, DealEnd, DealVersion } from './deals/facts.ts';
import { COUNTRY_BASES, DEFAULT_ATTRIBUTION, DEFAULT_REASSIGNMENT, openingKey } from './facts.ts';
import type {
  OpeningState,
  AttributionSettings,
  Authority,
  CodeVersion,
  CreativeSnapshot,
  CreativeState,
  EdgeVersion,
  GeoSettings,
  LinkSnapshot,
  PartnerSnapshot,
  ProgramSnapshot,
  ReassignmentSettings,
  StoredGeo,
  Suspension,
} from './facts.ts';
import { compareGradeFacts } from './grades/facts.ts';
import type { GradeFact } from './grades/facts.ts';
import { ruleOfRow } from './rebates/facts.ts';
import type { StoredRebate } from './rebates/facts.ts';

/** What a snapshot is made of, as it is stored; instants in microseconds. */
export interface StoredProgram {
  readonly program: {
    readonly id: string;
    readonly slug: string;
    readonly base_currency: string;
    readonly zone: string;
    readonly facts_version: number;
    readonly whole_version: number;
    readonly settings: {
      readonly attribution?: Partial<AttributionSettings>;
      readonly geo?: StoredGeo;
      readonly reassignment?: ReassignmentSettings;
      readonly authority?: Readonly<Record<string, Authority>>;
      /** ISO UTC. */
      readonly commissionableFrom?: string;
      readonly rates?: { readonly sources: readonly RateSource[] };
      readonly creatives?: { readonly approvalRequired: boolean };
    };
  };
  readonly partners: readonly {
    readonly id: string;
    readonly name: string;
    readonly joined_at: Instant;
    readonly suspended_at: Instant | null;
    readonly facts_version: number;
    readonly change_set_id: string | null;
    readonly change_set_version: number | null;
  }[];
  /** Those that are over. */
  readonly suspensions: readonly {
    readonly partner_id: string;
    readonly suspended_from: Instant;
    readonly suspended_to: Instant;
  }[];
  readonly edges: readonly {
    readonly child_id: string;
    readonly parent_id: string | null;
    readonly effective_from: Instant;
    /** It was taken back: it never was. */
    readonly retracted: boolean;
  }[];
  readonly deals: readonly {
    readonly id: string;
    readonly partner_id: string | null;
    readonly version: number;
    readonly effective_from: Instant;
    readonly document: DealDocument;
    readonly ends: DealEnd | null;
  }[];
  readonly links: readonly {
    readonly id: string;
    readonly partner_id: string;
    readonly campaign: string;
    readonly creative: string;
  }[];
  readonly codes: readonly {
    readonly id: string;
    readonly code: string;
    readonly partner_id: string;
    readonly campaign: string;
    readonly exclusive: boolean;
    readonly effective_from: Instant;
    readonly effective_to: Instant;
  }[];
  readonly creatives: readonly {
    readonly id: string;
    readonly name: string;
    readonly expires_at: Instant | null;
  }[];
  /** By version. */
  readonly creativeStates: readonly {
    readonly creative_id: string;
    readonly state: CreativeState;
    readonly effective_from: Instant;
  }[];
  /** Those that hold. */
  readonly merges: readonly {
    readonly loser: string;
    readonly survivor: string;
    readonly at: Instant;
  }[];
  readonly sources: readonly {
    readonly slug: string;
    readonly registrar: boolean;
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly commissionable_from: Instant | null;
  }[];
  /** Oldest first. */
  readonly closedPeriods: NonNullable<ProgramSnapshot['closedPeriods']>;
  readonly monthsEnded: ProgramSnapshot['monthsEnded'] | undefined;
  /** Those that change a grade, and that count; by partner, then by instant. */
  readonly grades: readonly {
    readonly partner_id: string;
    readonly id: string;
    readonly kind: 'check' | 'set';
    readonly at: Instant;
    readonly before: string;
    readonly after: string;
    readonly effective_from: Instant;
    readonly recorded_at: Instant;
    readonly saw: {
      readonly window?: NonNullable<GradeFact['saw']>['window'];
      readonly figures?: NonNullable<GradeFact['saw']>['figures'];
    };
  }[];
  /** Corrections for this program alone that hold; of one pair and instant the last one. */
  readonly correctedRates?: readonly DatedRate[];
  /** Those that were not taken back. */
  readonly rebates?: readonly StoredRebate[];
  readonly openings: readonly {
    readonly partner_id: string;
    readonly component: string;
    readonly period: string;
    readonly carry: OpeningState;
  }[];
}

function openingsOf(rows: StoredProgram['openings']): NonNullable<ProgramSnapshot['openings']> {
  return new Map(
    rows.map(({ partner_id: partnerId, component, period, carry }) => [
      openingKey(partnerId, component),
      { period, state: carry },
    ]),
  );
}

function geoOf(stored: StoredGeo = {}): GeoSettings {
  return {
    licensed:
      stored.licensed === undefined || stored.licensed === null ? undefined : new Set(stored.licensed),
    blocked: new Set(stored.blocked ?? []),
    countryFrom: stored.countryFrom ?? COUNTRY_BASES,
  };
}

/**
 * Builds what decisions ask of a program. Documents were validated and completed when they were written. The rates are those of all
 * programs, so one book is shared by their snapshots. With `before`, an older snapshot of the program, `stored` may hold only the partners,
 * edges and links that were written since: what is not told again stays as it was, for nothing of them is ever deleted; an edge that was
 * taken back is told again as such.
 */
export function buildProgramSnapshot(
  stored: StoredProgram,
  book: RateBook,
  before?: Pick<ProgramSnapshot, 'partners' | 'edges' | 'links' | 'grades'>,
): ProgramSnapshot {
  const { program } = stored;
  const deals = stored.deals.map(dealVersionOf);
  const over = groupByKey(
    stored.suspensions,
    (row) => row.partner_id,
    (row): Suspension => ({ from: row.suspended_from, to: row.suspended_to }),
  );
  return {
    id: program.id,
    slug: program.slug,
    baseCurrency: program.base_currency,
    zone: program.zone,
    factsVersion: program.facts_version,
    wholeVersion: program.whole_version,
    attribution: { ...DEFAULT_ATTRIBUTION, ...program.settings.attribution },
    geo: geoOf(program.settings.geo),
    reassignment: program.settings.reassignment ?? DEFAULT_REASSIGNMENT,
    partners: extended(
      before?.partners,
      stored.partners.map((row): [string, PartnerSnapshot] => [
        row.id,
        {
          id: row.id,
          name: row.name,
          joinedAt: row.joined_at,
          suspensions: suspensionsOf(row, over.get(row.id)),
          factsVersion: row.facts_version,
          ...restatementOf(row),
        },
      ]),
    ),
    edges: edgesOf(stored, before?.edges),
    dealsOf: groupByKey(
      deals.filter((deal) => deal.partnerId !== null),
      (deal) => deal.partnerId ?? '',
      (deal) => deal,
    ),
    defaultDeals: deals.filter((deal) => deal.partnerId === null),
    sourceZones: zonesOf(stored.sources),
    registrars: new Set(stored.sources.filter((source) => source.registrar).map((source) => source.slug)),
    authorities: new Map(Object.entries(program.settings.authority ?? {})),
    cutOver: cutOverOf(stored),
    codes: codesOf(stored),
    creatives: creativesOf(stored),
    merges: new Map(stored.merges.map(({ loser, survivor, at }) => [loser, { into: survivor, at }])),
    creativeApprovalRequired: program.settings.creatives?.approvalRequired ?? false,
    rates: {
      book: correctBook(book, stored.correctedRates ?? []),
      order: program.settings.rates?.sources ?? RATE_SOURCES,
    },
    ...(stored.closedPeriods.length === 0 ? {} : { closedPeriods: stored.closedPeriods }),
    ...(stored.monthsEnded === undefined ? {} : { monthsEnded: stored.monthsEnded }),
    ...gradesOf(stored, before?.grades),
    ...rebatesOf(stored),
    ...(stored.openings.length === 0 ? {} : { openings: openingsOf(stored.openings) }),
    links: extended(
      before?.links,
      stored.links.map((row): [string, LinkSnapshot] => [
        row.id,
        { id: row.id, partnerId: row.partner_id, campaign: row.campaign, creative: row.creative },
      ]),
    ),
  };
}

function rebatesOf({ rebates = [] }: StoredProgram): Pick<ProgramSnapshot, 'rebates'> {
  if (rebates.length === 0) return {};
  return { rebates: groupByKey(rebates, (row) => row.partner_id, ruleOfRow) };
}

/** Decisions about grades are never changed: those that were told since are added. Of two of one instant a person's word comes last, then what was recorded last. */
function gradesOf(
  { grades }: StoredProgram,
  before: ProgramSnapshot['grades'],
): Pick<ProgramSnapshot, 'grades'> {
  if (grades.length === 0) return before === undefined ? {} : { grades: before };
  const after = new Map(before ?? []);
  for (const [partnerId, rows] of Map.groupBy(grades, (row) => row.partner_id)) {
    const told = rows.map((row): GradeFact => ({
      decisionId: row.id,
      at: row.at,
      bySomebody: row.kind === 'set',
      recordedAt: row.recorded_at,
      before: row.before,
      after: row.after,
      effectiveFrom: row.effective_from,
      ...(row.saw.window === undefined
        ? {}
        : { saw: { window: row.saw.window, figures: row.saw.figures ?? {} } }),
    }));
    const ids = new Set(told.map(({ decisionId }) => decisionId));
    const known = (after.get(partnerId) ?? []).filter(({ decisionId }) => !ids.has(decisionId));
    after.set(partnerId, [...known, ...told].toSorted(compareGradeFacts));
  }
  return { grades: after };
}

/** As before, with the entries that were told again; the very same map where none was. */
function extended<Value>(
  before: ReadonlyMap<string, Value> | undefined,
  entries: readonly (readonly [string, Value])[],
): ReadonlyMap<string, Value> {
  if (before === undefined) return new Map(entries);
  if (entries.length === 0) return before;
  const after = new Map(before);
  for (const [key, value] of entries) after.set(key, value);
  return after;
}

function edgesOf(
  { edges }: StoredProgram,
  before: ProgramSnapshot['edges'] | undefined,
): ProgramSnapshot['edges'] {
  const told = groupByKey(
    edges.filter((row) => !row.retracted),
    (row) => row.child_id,
    (row): EdgeVersion => ({ parentId: row.parent_id, effectiveFrom: row.effective_from }),
  );
  if (before === undefined) return told;
  const gone = groupByKey(
    edges.filter((row) => row.retracted),
    (row) => row.child_id,
    (row) => row.effective_from,
  );
  return extended(
    before,
    [...new Set([...told.keys(), ...gone.keys()])].map(
      (id) => [id, mergedVersions(before.get(id) ?? [], gone.get(id) ?? [], told.get(id) ?? [])] as const,
    ),
  );
}

/** An instant has one version: one that was taken back is gone, and what is told of that instant now stands. */
function mergedVersions(
  known: readonly EdgeVersion[],
  gone: readonly Instant[],
  told: readonly EdgeVersion[],
): EdgeVersion[] {
  const kept = known.filter((version) => !gone.includes(version.effectiveFrom));
  const byInstant = new Map([...kept, ...told].map((version) => [version.effectiveFrom, version]));
  return [...byInstant.values()].toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
}

function codesOf({ codes }: StoredProgram): ProgramSnapshot['codes'] {
  return groupByKey(
    codes,
    (row) => row.code,
    (row): CodeVersion => ({
      id: row.id,
      code: row.code,
      partnerId: row.partner_id,
      campaign: row.campaign,
      exclusive: row.exclusive,
      from: row.effective_from,
      to: Number.isFinite(row.effective_to) ? row.effective_to : null,
    }),
  );
}

function creativesOf({ creatives, creativeStates }: StoredProgram): ProgramSnapshot['creatives'] {
  const states = groupByKey(
    creativeStates,
    (row) => row.creative_id,
    (row) => ({ state: row.state, effectiveFrom: row.effective_from }),
  );
  return new Map(
    creatives.map(({ id, name, expires_at: expiresAt }): [string, CreativeSnapshot] => [
      name,
      { id, name, expiresAt, states: states.get(id) ?? [] },
    ]),
  );
}

function restatementOf(row: StoredProgram['partners'][number]): Pick<PartnerSnapshot, 'restatement'> {
  if (row.change_set_id === null || row.change_set_version === null) return {};
  return { restatement: { changeSetId: row.change_set_id, factsVersion: row.change_set_version } };
}

function suspensionsOf(
  row: StoredProgram['partners'][number],
  over: readonly Suspension[] = [],
): readonly Suspension[] {
  if (row.suspended_at === null) return over;
  return [...over, { from: row.suspended_at, to: Number.POSITIVE_INFINITY as Instant }];
}

/** The clocks of trading servers: by them a day of trading ends (rules.md 2.13). */
function zonesOf(sources: StoredProgram['sources']): ReadonlyMap<string, string> {
  return new Map(
    sources.flatMap(({ slug, settings }): [string, string][] => {
      const zone = settings?.['zone'];
      return typeof zone === 'string' && parseZone(zone).ok ? [[slug, zone]] : [];
    }),
  );
}

function cutOverOf({ program, sources }: StoredProgram): ProgramSnapshot['cutOver'] {
  const { commissionableFrom } = program.settings;
  return {
    program: commissionableFrom === undefined ? undefined : instantFromIso(commissionableFrom),
    sources: new Map(
      sources.flatMap(({ slug, commissionable_from: from }): [string, Instant][] =>
        from === null ? [] : [[slug, from]],
      ),
    ),
  };
}

function dealVersionOf(row: StoredProgram['deals'][number]): DealVersion {
  return {
    id: row.id,
    partnerId: row.partner_id,
    version: row.version,
    effectiveFrom: row.effective_from,
    document: row.document,
    ...(row.ends === null ? {} : { ends: row.ends }),
  };
}

/** Groups keep the order in which the rows came: by effectiveFrom, as they were read. */
function groupByKey<Row, Item>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  itemOf: (row: Row) => Item,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [itemOf(row)]);
    else group.push(itemOf(row));
  }
  return groups;
}
