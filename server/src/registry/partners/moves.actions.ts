import type { moveParentRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict } from '../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import { performWrite, refusingDuplicate } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { programNow } from '../program-clock.ts';
import { findCycle, hierarchyOf, listMovedPartners, spanOfMove } from './hierarchy.ts';
import type { Circle } from './hierarchy.ts';
import { getMove } from './moves.views.ts';
import { getPartner, getPartnerOf } from './partners.actions.ts';
import { insertEdge, listEdgesDownwards, listEdgesUpwards, markConcerned } from './partners.store.ts';
import { listPartnerNames } from './partners.views.ts';
import { wireMove } from './wire-partner.ts';

/** Most partners of a circle that a refusal names. */
const MOST_NAMES = 12;

/** A move as it is asked for; instants and ids are read. */
export interface WantedMove {
  readonly partnerId: string;
  /** null = to the top. */
  readonly parentId: string | null;
  readonly effectiveFrom: Instant;
  readonly reason?: string | undefined;
}

/**
 * Moves a partner, and with it everybody below it, from an instant on, past or future: a new version of its parent. Refused when it
 * closes a circle at any instant until the next version, when the parent is not of this program, or when a version begins at that
 * instant already. A move in the past moves pay: what was booked by the old tree is decided again.
 */
export async function moveParent(
  deps: WriteDeps,
  request: Request,
  partnerId: string,
  body: z.infer<typeof moveParentRequest>,
) {
  const parentId = body.parentId === null ? null : uuidOf('prt', body.parentId, 'body.parentId');
  return performWrite(deps, request, { action: 'partner.move' }, async (tx, actor) => {
    const now = deps.clock.now();
    const partner = await getPartner(tx, partnerId, now);
    const program = await getLockedProgram(tx, partner.program_id, 'partners');
    const effectiveFrom =
      body.effectiveFrom === undefined
        ? programNow(program, now)
        : instantOf(body.effectiveFrom, 'body.effectiveFrom');
    if (parentId !== null)
      await getPartnerOf(tx, { programId: program.id, partnerId: parentId, path: 'body.parentId', now });
    const wanted = { partnerId, parentId, effectiveFrom, reason: body.reason };
    const moved = await writeMove(tx, wanted, { programId: program.id, now, by: actor.label });
    const answer = { ...wireMove(await getMove(tx, partnerId, effectiveFrom)), partners: moved };
    return { status: 201, body: answer, subject: answer.partnerId, reason: body.reason, audit: body };
  });
}

/**
 * Writes a move in a transaction that has locked the program with `getLockedProgram(..., 'partners')` and knows that the parent is one
 * of its partners; answers how many partners it concerns. Throws 409 `hierarchy_cycle` and `instant_taken`.
 */
export async function writeMove(
  tx: Tx,
  wanted: WantedMove,
  made: { readonly programId: string; readonly now: Instant; readonly by: string },
): Promise<number> {
  const { partnerId, parentId, effectiveFrom } = wanted;
  if (parentId !== null) await refuseCycle(tx, { childId: partnerId, parentId, effectiveFrom });
  await failpoint('partners:before-move');
  const below = hierarchyOf(await listEdgesDownwards(tx, partnerId));
  await refusingDuplicate(
    'partner_edge_child_id_effective_from_key',
    {
      code: 'instant_taken',
      detail: `The partner already has a parent from ${formatInstant(effectiveFrom)} on; choose another instant.`,
    },
    () =>
      insertEdge(tx, {
        ...made,
        id: uuidv7(),
        childId: partnerId,
        parentId,
        effectiveFrom: formatInstant(effectiveFrom),
        reason: wanted.reason,
      }),
  );
  const span = spanOfMove(below.get(partnerId) ?? [], effectiveFrom);
  const moved = [...listMovedPartners(below, { partnerId, span }).keys()];
  await markConcerned(tx, made.programId, moved);
  return moved.length;
}

async function refuseCycle(
  tx: Tx,
  wanted: { childId: string; parentId: string; effectiveFrom: Instant },
): Promise<void> {
  const circle = findCycle(
    hierarchyOf(await listEdgesUpwards(tx, [wanted.childId, wanted.parentId])),
    wanted,
  );
  if (circle === undefined) return;
  throw conflict(
    'hierarchy_cycle',
    `From ${formatInstant(circle.at)} on the partner would stand above itself: ${await sayPath(tx, circle)}. Choose another parent or instant, or move the partner in between away first.`,
  );
}

/** The circle by name, each below the next; the middle of a long one is left out. */
async function sayPath(tx: Tx, { path }: Circle): Promise<string> {
  const half = MOST_NAMES / 2;
  const shown = path.length <= MOST_NAMES ? path : [...path.slice(0, half), ...path.slice(-half)];
  const names = await listPartnerNames(tx, shown);
  const said = shown.map((id) => `"${names.get(id) ?? id}"`);
  if (shown.length < path.length) said.splice(half, 0, `${path.length - shown.length} more`);
  return said.join(' below ');
}
