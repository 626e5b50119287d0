import type { Instant } from '../../kernel/instant.ts';

/** One version of a partner's parent. Versions of a partner are sorted by effectiveFrom, oldest first. */
export interface ParentVersion {
  readonly parentId: string | null;
  readonly effectiveFrom: Instant;
}

/** Versions by partner; must hold every partner that can be reached upwards from the new parent, at any time. */
export type Hierarchy = ReadonlyMap<string, readonly ParentVersion[]>;

/** A change of parent that somebody asks for. */
export interface WantedEdge {
  readonly childId: string;
  readonly parentId: string;
  readonly effectiveFrom: Instant;
}

/** A circle that a wanted edge would close. */
export interface Circle {
  /** The first instant at which it would stand. */
  readonly at: Instant;
  /** From the moved partner over its new parent up to the moved partner again. */
  readonly path: readonly string[];
}

/**
 * The first circle that the wanted edge would close, or undefined. The edge is in force until the next version of the child;
 * in between, every change above it is a new tree and is looked at (requirements A3: acyclic at every instant).
 */
export function findCycle(hierarchy: Hierarchy, wanted: WantedEdge): Circle | undefined {
  const end = nextChange(hierarchy.get(wanted.childId) ?? [], wanted.effectiveFrom);
  let at = wanted.effectiveFrom;
  for (;;) {
    const walk = walkUp(hierarchy, wanted, at);
    if (walk.circle !== undefined) return { at, path: walk.circle };
    if (walk.nextChange === undefined || (end !== undefined && walk.nextChange >= end)) return undefined;
    at = walk.nextChange;
  }
}

/** The parent in force at an instant; undefined when no version has begun. */
export function parentAt(versions: readonly ParentVersion[], at: Instant): string | null | undefined {
  return versions.findLast((version) => version.effectiveFrom <= at)?.parentId;
}

function walkUp(
  hierarchy: Hierarchy,
  wanted: WantedEdge,
  at: Instant,
): { circle: readonly string[] | undefined; nextChange: Instant | undefined } {
  const path = new Set<string>([wanted.childId]);
  let soonest: Instant | undefined;
  let current: string | null | undefined = wanted.parentId;
  while (current !== null && current !== undefined) {
    if (current === wanted.childId) return { circle: [...path, current], nextChange: undefined };
    // A circle that is there already is none that this edge closes.
    if (path.has(current)) break;
    path.add(current);
    const versions: readonly ParentVersion[] = hierarchy.get(current) ?? [];
    const change = nextChange(versions, at);
    if (change !== undefined && (soonest === undefined || change < soonest)) soonest = change;
    current = parentAt(versions, at);
  }
  return { circle: undefined, nextChange: soonest };
}

function nextChange(versions: readonly ParentVersion[], after: Instant): Instant | undefined {
  return versions.find((version) => version.effectiveFrom > after)?.effectiveFrom;
}

/** A span of time, half-open. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** A partner that moves, from its instant to the next version of its parent. */
export interface Move {
  readonly partnerId: string;
  readonly span: Span;
}

const BEGINNING = Number.NEGATIVE_INFINITY as Instant;
const END = Number.POSITIVE_INFINITY as Instant;

/** The span of a move of a partner at an instant: until its parent changes again. */
export function spanOfMove(versions: readonly ParentVersion[], effectiveFrom: Instant): Span {
  return { from: effectiveFrom, to: nextChange(versions, effectiveFrom) ?? END };
}

/**
 * Whom a move concerns: the moved partner and everybody who stands below it at some instant of its span, each with the instants at
 * which it does. Commission of customers bound to any other partner, or at any other instant, cannot change: it depends on the way
 * from the bound partner to the top and on nothing else of the tree (rules.md 5 "Levels"). `hierarchy` must hold every partner that
 * stood below the moved one at any time; more does no harm. Pure.
 */
export function listMovedPartners(hierarchy: Hierarchy, move: Move): ReadonlyMap<string, readonly Span[]> {
  const below = listBelow(hierarchy);
  const moved = new Map<string, Span[]>();
  const open: Move[] = [move];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { partnerId, span } = next;
    const spans = moved.get(partnerId) ?? [];
    if (spans.some((known) => known.from <= span.from && span.to <= known.to)) continue;
    moved.set(partnerId, [...spans, span]);
    for (const edge of below.get(partnerId) ?? []) {
      const from = Math.max(edge.span.from, span.from) as Instant;
      const to = Math.min(edge.span.to, span.to) as Instant;
      if (from < to) open.push({ partnerId: edge.partnerId, span: { from, to } });
    }
  }
  return moved;
}

/** The hierarchy as it would be with one more version of a parent; for a preview. */
export function addMove(
  hierarchy: Hierarchy,
  wanted: {
    readonly partnerId: string;
    readonly parentId: string | null;
    readonly effectiveFrom: Instant;
  },
): Hierarchy {
  const { partnerId, parentId, effectiveFrom } = wanted;
  const versions = [...(hierarchy.get(partnerId) ?? []), { parentId, effectiveFrom }];
  const after = new Map(hierarchy);
  after.set(
    partnerId,
    versions.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1)),
  );
  return after;
}

/** The hierarchy as it would be without one version of a parent; for a preview and for the look before it is taken back. */
export function removeMove(
  hierarchy: Hierarchy,
  gone: { readonly partnerId: string; readonly effectiveFrom: Instant },
): Hierarchy {
  const after = new Map(hierarchy);
  const versions = hierarchy.get(gone.partnerId) ?? [];
  after.set(
    gone.partnerId,
    versions.filter((version) => version.effectiveFrom !== gone.effectiveFrom),
  );
  return after;
}

/** The first circle that would stand if a version were taken back: the one before it holds again until the next one. */
export function findCycleWithout(
  hierarchy: Hierarchy,
  gone: { readonly partnerId: string; readonly effectiveFrom: Instant },
): Circle | undefined {
  const { partnerId, effectiveFrom } = gone;
  const after = removeMove(hierarchy, gone);
  const parentId = parentAt(after.get(partnerId) ?? [], effectiveFrom);
  if (parentId === null || parentId === undefined) return undefined;
  return findCycle(after, { childId: partnerId, parentId, effectiveFrom });
}

/** The edges of a hierarchy by parent, each with the instants at which it is in force. */
function listBelow(hierarchy: Hierarchy): ReadonlyMap<string, readonly Move[]> {
  const below = new Map<string, Move[]>();
  for (const [partnerId, versions] of hierarchy) {
    for (const [index, { parentId, effectiveFrom }] of versions.entries()) {
      if (parentId === null) continue;
      const edge = {
        partnerId,
        span: { from: effectiveFrom, to: versions[index + 1]?.effectiveFrom ?? END },
      };
      const siblings = below.get(parentId);
      if (siblings === undefined) below.set(parentId, [edge]);
      else siblings.push(edge);
    }
  }
  return below;
}

/** Versions by partner, of rows in any order. */
export function hierarchyOf(
  rows: Iterable<{
    readonly child_id: string;
    readonly parent_id: string | null;
    readonly effective_from: Instant;
  }>,
): Map<string, ParentVersion[]> {
  const hierarchy = new Map<string, ParentVersion[]>();
  for (const row of rows) {
    const version = { parentId: row.parent_id, effectiveFrom: row.effective_from };
    const versions = hierarchy.get(row.child_id);
    if (versions === undefined) hierarchy.set(row.child_id, [version]);
    else versions.push(version);
  }
  for (const versions of hierarchy.values())
    versions.sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
  return hierarchy;
}

/** True where a partner stands above itself at some instant: what must never be, asked of a whole tree. */
export function findAnyCircle(hierarchy: Hierarchy): Circle | undefined {
  const instants = new Set<Instant>([BEGINNING]);
  for (const versions of hierarchy.values())
    for (const { effectiveFrom } of versions) instants.add(effectiveFrom);
  for (const at of [...instants].toSorted((a, b) => a - b)) {
    const sound = new Set<string>();
    for (const partnerId of hierarchy.keys()) {
      const path = new Set<string>();
      let current: string | null | undefined = partnerId;
      while (current !== null && current !== undefined && !sound.has(current)) {
        if (path.has(current)) return { at, path: [...path, current] };
        path.add(current);
        current = parentAt(hierarchy.get(current) ?? [], at);
      }
      for (const id of path) sound.add(id);
    }
  }
  return undefined;
}
