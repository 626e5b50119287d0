import type { createProgramRequest, moveClockRequest, updateProgramRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isCurrency } from '../../kernel/money.ts';
import { parseZone } from '../../kernel/zone.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { notify } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, problemOfRefusal, unprocessable } from '../../platform/http/problem.ts';
import { instantOf } from '../../platform/http/wire.ts';
import { allowedHostOf } from '../allowed-host.actions.ts';
import { performWrite, refusingDuplicate } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { presetOf, insertDeal, wireDeal } from '../deals/index.ts';
import type { Authority } from '../facts.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { insertClockMove, insertProgram, moveClock, updateProgram } from './programs.store.ts';
import { findProgram, hasClockDecisions, listSourceSlugs } from './programs.views.ts';
import type { ProgramRow, ProgramSettings } from './programs.views.ts';
import { slugOfName } from './slug.ts';
import { wireProgram } from './wire-program.ts';

type Vertical = z.infer<typeof createProgramRequest>['vertical'];

/** Runs what is due by the program's clock and answers how much is left after its time limit. */
export type RunDueDecisions = (programId: string) => Promise<{ left: number }>;

/** Makes a program, with the default deal of its vertical when the preset is wanted. */
export async function createProgram(
  deps: WriteDeps,
  request: Request,
  body: z.infer<typeof createProgramRequest>,
) {
  const clockAt = body.clockAt === undefined ? null : instantOf(body.clockAt, 'body.clockAt');
  if (clockAt !== null && !body.sandbox) {
    throw unprocessable('clock_without_sandbox', 'Only a sandbox program has a settable clock.', [
      { path: 'body.clockAt', message: 'leave it out, or set sandbox to true' },
    ]);
  }
  if (!isCurrency(body.baseCurrency)) {
    throw unprocessable('bad_currency', `"${body.baseCurrency}" is not a known currency code.`, [
      { path: 'body.baseCurrency', message: 'give a code such as USD or EUR' },
    ]);
  }
  const zone = parseZone(body.zone);
  if (!zone.ok) throw problemOfRefusal(zone, 'body.zone');
  const id = uuidv7();
  // A name may well be used twice; only a slug that was asked for is worth a refusal.
  const slug = body.slug ?? `${slugOfName(body.name)}-${id.slice(-6)}`;
  return performWrite(deps, request, { action: 'program.create' }, async (tx, actor) => {
    const now = deps.clock.now();
    refuseUnknownSources(body.authority, []);
    const row = await refusingDuplicate(
      'program_slug_key',
      { code: 'slug_taken', detail: `There is already a program "${slug}".` },
      () =>
        insertProgram(tx, {
          id,
          slug,
          name: body.name,
          vertical: body.vertical,
          baseCurrency: body.baseCurrency,
          zone: body.zone,
          sandbox: body.sandbox,
          clockAt,
          settings: settingsOf(body),
          now,
        }),
    );
    const deal = body.preset
      ? await insertPresetDeal(tx, row, { vertical: body.vertical, now, by: actor.label })
      : null;
    if (clockAt !== null)
      await insertClockMove(tx, { id: uuidv7(), programId: id, at: clockAt, now, by: actor.label });
    const answer = { ...wireProgram(row), deal };
    return { status: 201, body: answer, subject: answer.id, audit: body };
  });
}

async function insertPresetDeal(
  tx: Tx,
  program: ProgramRow,
  { vertical, ...made }: { vertical: Vertical; now: Instant; by: string },
) {
  const row = await insertDeal(tx, {
    id: uuidv7(),
    programId: program.id,
    partnerId: null,
    version: 1,
    effectiveFrom: '-infinity',
    document: presetOf(vertical, program.base_currency),
    now: made.now,
    by: made.by,
  });
  return wireDeal(row);
}

function settingsOf(body: z.infer<typeof createProgramRequest>): ProgramSettings {
  const {
    attribution,
    geo,
    reassignment,
    authority,
    commissionableFrom,
    rates,
    restatementLimit,
    creatives,
    links,
    dormancy,
    compliance,
  } = body;
  return {
    // A trader of a prop firm is nobody's before the first purchase (semantics.md 14).
    attribution: {
      ...attribution,
      finality: attribution.finality ?? (body.vertical === 'prop' ? 'first_purchase' : 'registration'),
    },
    geo,
    reassignment,
    rates,
    restatementLimit,
    creatives,
    links: { allowedHosts: hostsOf(links.allowedHosts) },
    dormancy,
    compliance,
    ...(authority === undefined ? {} : { authority: authorityOf(authority) }),
    ...(commissionableFrom === undefined
      ? {}
      : { commissionableFrom: formatInstant(instantOf(commissionableFrom, 'body.commissionableFrom')) }),
  };
}

/** Throws 422 at the place of a host that is none. */
function hostsOf(texts: readonly string[]): string[] {
  return texts.map((text, index) => allowedHostOf(text, `body.links.allowedHosts[${index}]`));
}

type AuthorityBody = NonNullable<z.infer<typeof createProgramRequest>['authority']>;

function authorityOf(authority: AuthorityBody): Record<string, Authority> {
  return Object.fromEntries(Object.entries(authority).filter(([, one]) => one !== undefined));
}

/** An authority that does not exist would silence every report of its kind. Throws 422. */
function refuseUnknownSources(authority: AuthorityBody | undefined, slugs: readonly string[]): void {
  const problems = Object.entries(authority ?? {}).flatMap(([kind, { source }]) =>
    slugs.includes(source)
      ? []
      : [
          {
            path: `body.authority.${kind}.source`,
            message: `the program has no source "${source}": connect it first`,
          },
        ],
  );
  if (problems.length > 0)
    throw unprocessable('unknown_source', 'An authority must be a source of this program.', problems);
}

/** Renames a program or changes how it attributes and what counts; the latter makes every customer be judged again. */
export async function changeProgram(
  deps: WriteDeps,
  request: Request,
  programId: string,
  body: z.infer<typeof updateProgramRequest>,
) {
  return performWrite(deps, request, { action: 'program.update' }, async (tx) => {
    const { name, restatementLimit: _limit, links: _links, compliance: _compliance, ...decisive } = body;
    const judgedAgain = Object.values(decisive).some((value) => value !== undefined);
    await getLockedProgram(tx, programId, judgedAgain ? 'facts' : 'registry');
    const before = await findProgram(tx, programId);
    if (before === undefined) throw notFound('program', wireId('prg', programId));
    refuseUnknownSources(body.authority, await listSourceSlugs(tx, programId));
    const row = await updateProgram(tx, programId, {
      name: name ?? before.name,
      settings: changedSettings(before, body),
    });
    const answer = wireProgram(row);
    return { status: 200, body: answer, subject: answer.id, audit: body };
  });
}

function changedSettings(
  before: ProgramRow,
  { commissionableFrom, authority, restatementLimit, ...groups }: z.infer<typeof updateProgramRequest>,
): ProgramSettings {
  const { commissionableFrom: cutOver, ...rest } = before.settings;
  const from =
    commissionableFrom === undefined
      ? cutOver
      : commissionableFrom === null
        ? undefined
        : formatInstant(instantOf(commissionableFrom, 'body.commissionableFrom'));
  return {
    ...rest,
    ...mergeGroups(before, groups),
    ...(authority === undefined ? {} : { authority: authorityOf(authority) }),
    ...(from === undefined ? {} : { commissionableFrom: from }),
    ...(restatementLimit === undefined ? {} : { restatementLimit }),
  };
}

type GroupChanges = Omit<
  z.infer<typeof updateProgramRequest>,
  'name' | 'authority' | 'commissionableFrom' | 'restatementLimit'
>;

/** The groups of settings that are changed: what a change does not name stays as it was. Throws 422 when they contradict each other then. */
function mergeGroups(row: ProgramRow, changes: GroupChanges): Partial<ProgramSettings> {
  const before = wireProgram(row);
  const { attribution, geo, reassignment, rates, creatives, links, dormancy, compliance } = changes;
  const wanted = dormancy === undefined ? undefined : { ...before.dormancy, ...given(dormancy) };
  if (wanted !== undefined && wanted.churnedAfterDays <= wanted.dormantAfterDays)
    throw unprocessable(
      'dormancy_out_of_order',
      `A customer would be churned after ${wanted.churnedAfterDays} days and dormant after ${wanted.dormantAfterDays}.`,
      [{ path: 'body.dormancy.churnedAfterDays', message: 'must be above dormantAfterDays' }],
    );
  return {
    ...(attribution === undefined ? {} : { attribution: { ...before.attribution, ...given(attribution) } }),
    ...(geo === undefined ? {} : { geo: { ...before.geo, ...given(geo) } }),
    ...(reassignment === undefined
      ? {}
      : { reassignment: { ...before.reassignment, ...given(reassignment) } }),
    ...(rates === undefined ? {} : { rates: { ...before.rates, ...given(rates) } }),
    ...(creatives === undefined ? {} : { creatives: { ...before.creatives, ...given(creatives) } }),
    ...(links?.allowedHosts === undefined ? {} : { links: { allowedHosts: hostsOf(links.allowedHosts) } }),
    ...(wanted === undefined ? {} : { dormancy: wanted }),
    ...(compliance === undefined ? {} : { compliance: { ...before.compliance, ...given(compliance) } }),
  };
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the fields that were left out, so that they cannot cover what was there. */
function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
}

/**
 * Moves the clock of a sandbox program (rules.md 4): recorded as a decision fact, then everything that has become due
 * runs before the answer. The first setting may lie anywhere, as long as nothing was decided by real time.
 */
export async function setClock(
  deps: WriteDeps & { runDueDecisions: RunDueDecisions; workChannel: string },
  request: Request,
  programId: string,
  body: z.infer<typeof moveClockRequest>,
) {
  const at = instantOf(body.at, 'body.at');
  const written = await performWrite(deps, request, { action: 'program.clock' }, async (tx, actor) => {
    const program = await findProgram(tx, programId);
    if (program === undefined) throw notFound('program', wireId('prg', programId));
    if (!program.sandbox)
      throw conflict(
        'not_a_sandbox',
        'Only the clock of a sandbox program can be set; this program follows real time.',
      );
    if (program.clock_at === null) await refuseLateStart(deps.db, programId);
    if (!(await moveClock(tx, programId, at))) {
      throw conflict(
        'clock_goes_forward_only',
        `The clock stands at ${program.clock_at === null ? 'a later time' : formatInstant(program.clock_at)} and only goes forward.`,
      );
    }
    await insertClockMove(tx, { id: uuidv7(), programId, at, now: deps.clock.now(), by: actor.label });
    await notify(tx, deps.workChannel);
    const answer = { programId: wireId('prg', programId), clockAt: formatInstant(at), dueLeft: 0 };
    return { status: 200, body: answer, subject: answer.programId, audit: body };
  });
  const { left } = await deps.runDueDecisions(programId);
  return { ...written.body, dueLeft: left };
}

async function refuseLateStart(db: Db, programId: string): Promise<void> {
  if (await db.acrossLanes('views', (tx) => hasClockDecisions(tx, programId))) {
    throw conflict(
      'clock_started',
      'Decisions were already taken by real time, so the clock of this program can no longer be set.',
    );
  }
}
