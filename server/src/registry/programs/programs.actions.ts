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
import { performWrite, refusingDuplicate } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { forexPreset, insertDeal, wireDeal } from '../deals/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { insertClockMove, insertProgram, moveClock, updateProgram } from './programs.store.ts';
import { findProgram, hasClockDecisions } from './programs.views.ts';
import type { ProgramRow } from './programs.views.ts';
import { slugOfName } from './slug.ts';
import { wireProgram } from './wire-program.ts';

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
          settings: { attribution: body.attribution },
          now,
        }),
    );
    const deal = body.preset ? await insertPresetDeal(tx, row, { now, by: actor.label }) : null;
    if (clockAt !== null)
      await insertClockMove(tx, { id: uuidv7(), programId: id, at: clockAt, now, by: actor.label });
    const answer = { ...wireProgram(row), deal };
    return { status: 201, body: answer, subject: answer.id, audit: body };
  });
}

async function insertPresetDeal(tx: Tx, program: ProgramRow, made: { now: Instant; by: string }) {
  const row = await insertDeal(tx, {
    id: uuidv7(),
    programId: program.id,
    partnerId: null,
    version: 1,
    effectiveFrom: '-infinity',
    document: forexPreset({ currency: program.base_currency }),
    now: made.now,
    by: made.by,
  });
  return wireDeal(row);
}

/** Renames a program or changes how it attributes; the latter makes every customer be judged again. */
export async function changeProgram(
  deps: WriteDeps,
  request: Request,
  programId: string,
  body: z.infer<typeof updateProgramRequest>,
) {
  return performWrite(deps, request, { action: 'program.update' }, async (tx) => {
    await getLockedProgram(tx, programId, body.attribution === undefined ? 'registry' : 'facts');
    const before = await findProgram(tx, programId);
    if (before === undefined) throw notFound('program', wireId('prg', programId));
    const row = await updateProgram(tx, programId, {
      name: body.name ?? before.name,
      settings: {
        ...before.settings,
        ...(body.attribution === undefined ? {} : { attribution: body.attribution }),
      },
    });
    const answer = wireProgram(row);
    return { status: 200, body: answer, subject: answer.id, audit: body };
  });
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
