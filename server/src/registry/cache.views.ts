import type { Instant } from '../kernel/instant.ts';
import type { DatedRate } from '../kernel/rate-book.ts';
import type { Tx } from '../platform/db.ts';
import { readStoredDeal } from './deals/index.ts';
import type { DealDocument, DealEnd } from './deals/facts.ts';
import type { StoredRebate } from './rebates/facts.ts';
import type { StoredProgram } from './snapshot.ts';
import type { FeedRow } from './sources/facts.ts';

export interface VersionRow {
  readonly id: string;
  readonly facts_version: number;
  readonly registry_version: number;
}

/** The versions of every program: one row each, the one question that a cache asks again and again. */
export async function listProgramVersions(tx: Tx): Promise<VersionRow[]> {
  return tx.rows<VersionRow>('select id, facts_version, registry_version from program');
}

export interface ProgramRow extends VersionRow {
  readonly whole_version: number;
  readonly slug: string;
  readonly vertical: string;
  readonly base_currency: string;
  readonly zone: string;
  readonly sandbox: boolean;
  readonly clock_at: Instant | null;
  readonly settings: StoredProgram['program']['settings'];
}

export interface PartnerRow {
  readonly id: string;
  readonly name: string;
  readonly joined_at: Instant;
  readonly suspended_at: Instant | null;
  readonly facts_version: number;
  readonly change_set_id: string | null;
  readonly change_set_version: number | null;
}

export interface EdgeRow {
  readonly child_id: string;
  readonly parent_id: string | null;
  readonly effective_from: Instant;
  /** It was taken back: it never was. */
  readonly retracted: boolean;
}

export interface DealRow {
  readonly id: string;
  readonly partner_id: string | null;
  readonly version: number;
  readonly effective_from: Instant;
  readonly document: DealDocument;
  readonly ends: DealEnd | null;
}

export interface LinkRow {
  readonly id: string;
  readonly partner_id: string;
  readonly campaign: string;
  readonly creative: string;
  readonly landing_url: string;
  readonly click_param: string;
  readonly active: boolean;
}

export interface SourceRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly preset: string;
  readonly registrar: boolean;
  readonly reply: 'strict' | 'legacy';
  readonly settings: Record<string, unknown>;
  readonly token_hash: Buffer | null;
  readonly mapping_version: number;
  readonly commissionable_from: Instant | null;
  readonly mapping: unknown;
}

export interface EndpointRow {
  readonly id: string;
  readonly url: string;
  readonly event_types: string[];
}

export interface ProgramRows extends Pick<
  StoredProgram,
  'closedPeriods' | 'codes' | 'creatives' | 'creativeStates' | 'merges'
> {
  readonly program: ProgramRow;
  readonly partners: readonly PartnerRow[];
  readonly edges: readonly EdgeRow[];
  readonly deals: readonly DealRow[];
  readonly links: readonly LinkRow[];
  readonly sources: readonly SourceRow[];
  readonly suspensions: StoredProgram['suspensions'];
  readonly endpoints: readonly EndpointRow[];
  readonly feeds: readonly FeedRow[];
  readonly monthsEnded: StoredProgram['monthsEnded'];
  readonly openings: StoredProgram['openings'];
  readonly correctedRates: readonly DatedRate[];
  readonly grades: StoredProgram['grades'];
  readonly rebates: readonly StoredRebate[];
}

/** Of no registry version: everything is read. */
const NOTHING_KNOWN = -1;

/**
 * Everything of one program. The versions are read first: what is read after them may be newer than they say, never
 * older, so a snapshot is at worst loaded once more than needed. With `since`, a registry version of which all is known, only the
 * partners, edges and links that were written later: a program may have 100,000 of each, and a change touches few.
 */
export async function findProgramRows(
  tx: Tx,
  programId: string,
  since = NOTHING_KNOWN,
): Promise<ProgramRows | undefined> {
  const program = await tx.find<ProgramRow>(
    `select id, facts_version, whole_version, registry_version, slug, vertical, base_currency, zone, sandbox, clock_at, settings from program where id = $1`,
    [programId],
  );
  if (program === undefined) return undefined;
  return {
    program,
    partners: await tx.rows<PartnerRow>(
      `select id, name, coalesce(joined_at, created_at) as joined_at, suspended_at, facts_version, change_set_id, change_set_version from partner where program_id = $1 and registry_version > $2`,
      [programId, since],
    ),
    suspensions: await tx.rows<StoredProgram['suspensions'][number]>(
      `select s.partner_id, s.suspended_from, s.suspended_to
       from partner_suspension s join partner p on p.id = s.partner_id where p.program_id = $1`,
      [programId],
    ),
    edges: await tx.rows<EdgeRow>(
      `select child_id, parent_id, effective_from, retracted_at is not null as retracted from partner_edge
       where program_id = $1 and registry_version > $2 order by child_id, effective_from`,
      [programId, since],
    ),
    deals: (
      await tx.rows<Omit<DealRow, 'document'> & { readonly document: unknown }>(
        `select id, partner_id, version, effective_from, document, ends from deal where program_id = $1 and retracted_at is null order by effective_from, version`,
        [programId],
      )
    ).map((row) => ({ ...row, document: readStoredDeal(row.document) })),
    links: await tx.rows<LinkRow>(
      `select id, partner_id, campaign, creative, landing_url, click_param, active from tracking_link where program_id = $1 and registry_version > $2`,
      [programId, since],
    ),
    sources: await tx.rows<SourceRow>(
      `select s.id, s.slug, s.name, s.preset, s.registrar, s.reply, s.settings, s.token_hash, s.mapping_version, s.commissionable_from,
         m.document as mapping
       from source s join mapping m on m.source_id = s.id and m.version = s.mapping_version
       where s.program_id = $1`,
      [programId],
    ),
    endpoints: await tx.rows<EndpointRow>(
      `select id, url, event_types from endpoint where program_id = $1 and state = 'active' order by id`,
      [programId],
    ),
    ...(await findPromotion(tx, programId)),
    merges: await tx.rows<StoredProgram['merges'][number]>(
      `select loser, survivor, at from customer_merge where program_id = $1 and ended_at is null`,
      [programId],
    ),
    closedPeriods: await tx.rows<StoredProgram['closedPeriods'][number]>(
      `select period::text as period, closed_at as "closedAt" from period_close where program_id = $1 order by period`,
      [programId],
    ),
    openings: await tx.rows<StoredProgram['openings'][number]>(
      `select r.partner_id, r.component, r.period::text as period, r.carry from manual_row r join change_set c on c.id = r.change_set_id
       where r.program_id = $1 and r.kind = 'carry' and c.state = 'done'`,
      [programId],
    ),
    grades: await tx.rows<StoredProgram['grades'][number]>(
      `select d.partner_id, d.id, d.kind, d.at, d.before, d.after, d.effective_from, d.recorded_at, d.seen as saw
       from grade_decision d left join grade_answer a on a.decision_id = d.id
       where d.program_id = $1 and d.matters and (not d.needs_approval or a.verdict = 'approved')
         and (d.registry_version > $2 or a.registry_version > $2)`,
      [programId, since],
    ),
    rebates: await tx.rows<StoredRebate>(
      `select id, partner_id, whom, campaign, link_id, customer_id, percent::text as percent, components, every, effective_from, effective_to
       from rebate_rule where program_id = $1 and retracted_at is null order by effective_from, id`,
      [programId],
    ),
    monthsEnded: await tx.find<NonNullable<StoredProgram['monthsEnded']>>(
      `select period::text as through, facts_version as "factsVersion" from period_end e
       where program_id = $1 and by_clock = (select p.clock_at is not null from program p where p.id = $1)
       order by e.period desc limit 1`,
      [programId],
    ),
    correctedRates: await tx.rows<DatedRate>(
      `select r.source, r.base, r.quote, r.rate::text as rate, r.valid_from as "validFrom"
       from rate_import i join fx_rate r on r.import_id = i.id where i.program_id = $1 and i.retracted_at is null
       order by r.source, r.base, r.quote, r.valid_from, r.revision`,
      [programId],
    ),
    feeds: await tx.rows<FeedRow>(
      `select f.* from feed f join source s on s.id = f.source_id where s.program_id = $1`,
      [programId],
    ),
  };
}

async function findPromotion(
  tx: Tx,
  programId: string,
): Promise<Pick<StoredProgram, 'codes' | 'creatives' | 'creativeStates'>> {
  return {
    codes: await tx.rows<StoredProgram['codes'][number]>(
      `select id, code, partner_id, campaign, exclusive, effective_from, effective_to from promo_code
       where program_id = $1 order by code, effective_from`,
      [programId],
    ),
    creatives: await tx.rows<StoredProgram['creatives'][number]>(
      `select id, name, expires_at from creative where program_id = $1`,
      [programId],
    ),
    creativeStates: await tx.rows<StoredProgram['creativeStates'][number]>(
      `select s.creative_id, s.state, s.effective_from from creative_state s join creative c on c.id = s.creative_id
       where c.program_id = $1 order by s.creative_id, s.version`,
      [programId],
    ),
  };
}

/** How many publications of rates were taken in; rates are append-only, so the same number means the same rates. */
export async function countRateImports(tx: Tx): Promise<number> {
  return (await tx.one<{ count: number }>('select count(*) as count from rate_import')).count;
}

/** Every rate of all programs, of one pair and instant in the order of correction, so that the last one holds; corrections for one program stand with it. */
export async function listRates(tx: Tx): Promise<DatedRate[]> {
  return tx.rows<DatedRate>(
    `select r.source, r.base, r.quote, r.rate::text as rate, r.valid_from as "validFrom" from fx_rate r join rate_import i on i.id = r.import_id
     where i.program_id is null order by r.source, r.base, r.quote, r.valid_from, r.revision`,
  );
}
