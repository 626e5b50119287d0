// Whether two customers may be merged. Pure.

export interface Edge {
  readonly loser: string;
  readonly survivor: string;
  /** false: it was asked for, and may still come to hold. */
  readonly holds: boolean;
}

export type Refusal =
  | { readonly code: 'merge_with_itself' }
  | { readonly code: 'already_merged'; readonly into: string }
  | { readonly code: 'merge_pending'; readonly into: string }
  | { readonly code: 'merge_cycle'; readonly path: readonly string[] };

/** Why a merge cannot be; undefined when it can. A customer is merged into one other at a time, and never into itself by a detour. */
export function refuseMerge(
  wanted: { readonly loser: string; readonly survivor: string },
  edges: readonly Edge[],
): Refusal | undefined {
  if (wanted.loser === wanted.survivor) return { code: 'merge_with_itself' };
  const own = edges.find((edge) => edge.loser === wanted.loser);
  if (own !== undefined) return { code: own.holds ? 'already_merged' : 'merge_pending', into: own.survivor };
  const path = findPath(wanted.survivor, wanted.loser, edges);
  return path === undefined ? undefined : { code: 'merge_cycle', path };
}

/** From one customer along the edges to another. While an edge is only asked for, a customer may have two. */
function findPath(from: string, to: string, edges: readonly Edge[]): string[] | undefined {
  const queue: string[][] = [[from]];
  const seen = new Set<string>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const last = path.at(-1) ?? from;
    if (last === to) return path;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const edge of edges) if (edge.loser === last) queue.push([...path, edge.survivor]);
  }
  return undefined;
}
