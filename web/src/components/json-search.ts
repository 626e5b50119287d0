/** How many names and values of a JSON value contain the words; the words in lower case. */
export function countHits(value: unknown, words: string): number {
  if (typeof value !== 'object' || value === null) return String(value).toLowerCase().includes(words) ? 1 : 0;
  let hits = 0;
  for (const [name, child] of Object.entries(value)) {
    if (!Array.isArray(value) && name.toLowerCase().includes(words)) hits += 1;
    hits += countHits(child, words);
  }
  return hits;
}
