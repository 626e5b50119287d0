import type { markReply, tellMarkRequest } from '@plumbline/contract';
import type { z } from 'zod';
import { uuidv7 } from 'uuidv7';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import type { Request } from '../../platform/http/app.ts';
import { notFound, unprocessable } from '../../platform/http/problem.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { findProgram } from '../programs/index.ts';
import { programNow } from '../program-clock.ts';
import { getSource } from '../sources/index.ts';
import { insertMark } from './marks.store.ts';
import type { MarkRow } from './marks.views.ts';

/**
 * Records until when a source has told everything (rules.md 2.11): what a poller has read up to, less the time within which its system still
 * writes late. The newest word counts, also an earlier instant that takes an earlier word back. Throws 422 for an instant that is not past.
 */
export async function tellMark(
  deps: WriteDeps,
  request: Request,
  { source: named, body }: { readonly source: string; readonly body: z.infer<typeof tellMarkRequest> },
): Promise<z.infer<typeof markReply>> {
  const written = await performWrite(deps, request, { action: 'source.complete' }, async (tx, actor) => {
    const source = await getSource(tx, named);
    const program = await findProgram(tx, source.program_id);
    if (program === undefined) throw notFound('program', source.program_id);
    const recordedAt = deps.clock.now();
    const until = instantFromIso(body.until);
    const now = programNow(program, recordedAt);
    if (until > now)
      throw unprocessable(
        'not_past',
        `body.until is after ${formatInstant(now)}, the program's now: nobody can have told what has not happened yet.`,
      );
    const row: MarkRow = {
      id: uuidv7(),
      complete_until: until,
      note: body.note,
      told_by: actor.label,
      recorded_at: recordedAt,
    };
    await insertMark(tx, {
      id: row.id,
      sourceId: source.id,
      until,
      note: row.note,
      toldBy: row.told_by,
      recordedAt,
    });
    const answer = wireMark(row);
    return {
      status: 201,
      body: answer,
      subject: wireId('src', source.id),
      audit: { source: source.slug, ...body },
    };
  });
  return written.body;
}

/** A mark as the API answers it. */
export function wireMark(row: MarkRow): z.infer<typeof markReply> {
  return {
    until: formatInstant(row.complete_until),
    note: row.note === '' ? null : row.note,
    toldBy: row.told_by,
    recordedAt: formatInstant(row.recorded_at),
  };
}
