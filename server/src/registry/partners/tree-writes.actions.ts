// Changes of the tree in a transaction that holds the program: nobody stands above itself, and nobody stands nowhere, at any instant.
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { HttpProblem } from '../../platform/http/problem.ts';
import { conflict } from '../../platform/http/problem.ts';
import { refusingDuplicate } from '../access/index.ts';
import { findCycle, findCycleWithout, hierarchyOf, listMovedPartners, spanOfMove } from './hierarchy.ts';
import type { Circle } from './hierarchy.ts';
import type { MoveRow } from './moves.views.ts';
import {
  insertEdge,
  listEdgesDownwards,
  listEdgesUpwards,
  markConcerned,
  retractEdge,
} from './partners.store.ts';
import { listPartnerIds, listPartnerNames } from './partners.views.ts';

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

interface Made {
  readonly programId: string;
  readonly now: Instant;
  readonly by: string;
  /** The change set that makes it: what follows for customers waits for its review (rules.md 2.16). null = none. */
  readonly changeSetId: string | null;
}

/**
 * Writes a move under an id in a transaction that has locked the program with `getLockedProgram(..., 'partners')` and knows that the
 * parent is one of its partners; answers how many partners it concerns. Throws 409 `hierarchy_cycle` and `instant_taken`.
 */
export async function writeMove(
  tx: Tx,
  wanted: WantedMove & { readonly id: string },
  made: Made,
): Promise<number> {
  const { id, partnerId, parentId, effectiveFrom, reason } = wanted;
  refuseProblem(await findMoveProblem(tx, wanted));
  await failpoint('partners:before-move');
  const below = hierarchyOf(await listEdgesDownwards(tx, partnerId));
  await refusingDuplicate(
    'partner_edge_live',
    { code: 'instant_taken', detail: sayTaken(effectiveFrom) },
    () =>
      insertEdge(tx, {
        ...made,
        id,
        childId: partnerId,
        parentId,
        effectiveFrom: formatInstant(effectiveFrom),
        reason,
      }),
  );
  const span = spanOfMove(below.get(partnerId) ?? [], effectiveFrom);
  const moved = [...listMovedPartners(below, { partnerId, span }).keys()];
  await markConcerned(tx, made.programId, moved, made.changeSetId);
  return moved.length;
}

/**
 * Takes a version of a parent back, under the same lock as `writeMove`: the version before it holds again until the next one. Answers how
 * many partners it concerns. Throws what `findRetractionProblem` finds.
 */
export async function writeRetraction(
  tx: Tx,
  move: MoveRow,
  made: Made & { readonly reason: string },
): Promise<number> {
  refuseProblem(await findRetractionProblem(tx, move));
  await failpoint('partners:before-move');
  const { child_id: partnerId, effective_from: effectiveFrom } = move;
  const below = hierarchyOf(await listEdgesDownwards(tx, partnerId));
  await retractEdge(tx, move.id, made);
  const span = spanOfMove(below.get(partnerId) ?? [], effectiveFrom);
  const moved = [...listMovedPartners(below, { partnerId, span }).keys()];
  await markConcerned(tx, made.programId, moved, made.changeSetId);
  return moved.length;
}

/**
 * Whose customers other terms of a partner from an instant on concern: its own, and those of everybody who stood below it since. null: the
 * default terms, which may concern everybody. The caller holds the program.
 */
export async function listPartnersOfTerms(
  tx: Tx,
  terms: { readonly programId: string; readonly partnerId: string | null; readonly from: Instant },
): Promise<string[]> {
  const { programId, partnerId, from } = terms;
  if (partnerId === null) return listPartnerIds(tx, programId);
  const below = hierarchyOf(await listEdgesDownwards(tx, partnerId));
  const span = { from, to: Number.POSITIVE_INFINITY as Instant };
  return [...listMovedPartners(below, { partnerId, span }).keys()];
}

/** 409 `hierarchy_cycle`, naming the first instant and the circle; 409 `instant_taken`; undefined where the move can be made. */
export async function findMoveProblem(
  tx: Tx,
  { partnerId, parentId, effectiveFrom }: WantedMove,
): Promise<HttpProblem | undefined> {
  const start = parentId === null ? [partnerId] : [partnerId, parentId];
  const hierarchy = hierarchyOf(await listEdgesUpwards(tx, start));
  if (hierarchy.get(partnerId)?.some((version) => version.effectiveFrom === effectiveFrom) === true)
    return conflict('instant_taken', sayTaken(effectiveFrom));
  if (parentId === null) return undefined;
  const circle = findCycle(hierarchy, { childId: partnerId, parentId, effectiveFrom });
  return circle === undefined ? undefined : cycleProblem(tx, circle);
}

/** 409 `already_retracted`; `hierarchy_gap` for the first version; `hierarchy_cycle` where the version before it closes one by now. */
export async function findRetractionProblem(tx: Tx, move: MoveRow): Promise<HttpProblem | undefined> {
  const { child_id: partnerId, effective_from: effectiveFrom } = move;
  if (move.retracted_at !== null)
    return conflict('already_retracted', `The move ${wireId('mov', move.id)} was already taken back.`);
  if (!Number.isFinite(effectiveFrom)) {
    const names = await listPartnerNames(tx, [partnerId]);
    return conflict(
      'hierarchy_gap',
      `From the beginning${move.until === null ? '' : ` until ${formatInstant(move.until)}`} the partner "${names.get(partnerId) ?? ''}" would stand nowhere: its first version cannot be taken back. Move it from an instant on instead.`,
    );
  }
  const hierarchy = hierarchyOf(await listEdgesUpwards(tx, [partnerId]));
  const circle = findCycleWithout(hierarchy, { partnerId, effectiveFrom });
  return circle === undefined ? undefined : cycleProblem(tx, circle);
}

/** Throws what was found. */
export function refuseProblem(problem: HttpProblem | undefined): void {
  if (problem !== undefined) throw problem;
}

function sayTaken(effectiveFrom: Instant): string {
  return `The partner already has a parent from ${formatInstant(effectiveFrom)} on; take that move back first, or choose another instant.`;
}

async function cycleProblem(tx: Tx, circle: Circle): Promise<HttpProblem> {
  return conflict(
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
