// What a key keeps of the answers to its delivery. Usually all of it, so that a sender gets the very same answer again. The
// slices of a file are answered to nobody: what their chunk keeps anyway is enough, and a thousand answers are not kept twice.
import type { ItemResult, StoredResult } from './facts.ts';

/** The warnings of one item, which the chunk does not keep. */
interface KeptWarnings {
  readonly item: number;
  readonly warnings: NonNullable<ItemResult['warnings']>;
}

/** What stands in `delivery_key.results`: the answers, or only what the chunk does not know of them. */
export type KeptAnswers = readonly ItemResult[] | readonly KeptWarnings[];

/** Of the answers only what the chunk does not keep. */
export function keepWarnings(results: readonly ItemResult[]): readonly KeptWarnings[] {
  return results.flatMap(({ warnings }, item) => (warnings === undefined ? [] : [{ item, warnings }]));
}

/** True for answers that are kept whole; a delivery has at least one. */
export function isWhole(kept: KeptAnswers): kept is readonly ItemResult[] {
  return kept[0] !== undefined && 'disposition' in kept[0];
}

/** The answers again, from what the chunk and the key keep. Which delivery was the original of a duplicate is not among it. */
export function restoreAnswers(stored: readonly StoredResult[], kept: KeptAnswers): ItemResult[] {
  const warnings = new Map(isWhole(kept) ? [] : kept.map((one) => [one.item, one.warnings]));
  return stored.map(({ d, r, x, p, e, l, f }, item) => {
    if (d === 'remapped') throw new Error('a delivery that a sender named rewrites nothing');
    const warned = warnings.get(item);
    return {
      disposition: d,
      ...(r === undefined ? {} : { reason: r }),
      ...(x === undefined ? {} : { detail: x }),
      path: p ?? '$',
      ...(e === undefined ? {} : { eventId: e }),
      ...(l === undefined ? {} : { eventLane: l }),
      ...(f === undefined ? {} : { effective: f }),
      ...(warned === undefined ? {} : { warnings: warned }),
    };
  });
}
