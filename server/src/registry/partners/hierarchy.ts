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

/**
 * The first instant at which the wanted edge would close a circle, or undefined. The edge is in force until the next
 * version of the child; in between, every change above it is a new tree and is looked at (requirements A3: acyclic).
 */
export function findCycle(hierarchy: Hierarchy, wanted: WantedEdge): Instant | undefined {
  const end = nextChange(hierarchy.get(wanted.childId) ?? [], wanted.effectiveFrom);
  let at = wanted.effectiveFrom;
  for (;;) {
    const walk = walkUp(hierarchy, wanted, at);
    if (walk.reachesChild) return at;
    if (walk.nextChange === undefined || (end !== undefined && walk.nextChange >= end)) return undefined;
    at = walk.nextChange;
  }
}

/** The parent in force at an instant; undefined when no version has begun. */
export function parentAt(versions: readonly ParentVersion[], at: Instant): string | null | undefined {
  let found: ParentVersion | undefined;
  for (const version of versions) if (version.effectiveFrom <= at) found = version;
  return found?.parentId;
}

function walkUp(
  hierarchy: Hierarchy,
  wanted: WantedEdge,
  at: Instant,
): { reachesChild: boolean; nextChange: Instant | undefined } {
  const seen = new Set<string>();
  let soonest: Instant | undefined;
  let current: string | null | undefined = wanted.parentId;
  while (current !== null && current !== undefined && !seen.has(current)) {
    if (current === wanted.childId) return { reachesChild: true, nextChange: undefined };
    seen.add(current);
    const versions: readonly ParentVersion[] = hierarchy.get(current) ?? [];
    const change = nextChange(versions, at);
    if (change !== undefined && (soonest === undefined || change < soonest)) soonest = change;
    current = parentAt(versions, at);
  }
  return { reachesChild: false, nextChange: soonest };
}

function nextChange(versions: readonly ParentVersion[], after: Instant): Instant | undefined {
  return versions.find((version) => version.effectiveFrom > after)?.effectiveFrom;
}
