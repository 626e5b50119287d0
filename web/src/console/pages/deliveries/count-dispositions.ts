/** What needs a person comes first, then what counts, then the rest. */
const ORDER = ['quarantined', 'refused', 'parked', 'accepted', 'revised', 'duplicate', 'ignored'];

/** How many items of each disposition, the most urgent first. */
export function countByDisposition(items: readonly { readonly disposition: string }[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { disposition } of items) counts.set(disposition, (counts.get(disposition) ?? 0) + 1);
  return [...counts].toSorted(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
}
