// What is kept of a visit, and where it goes. Pure: the ids and the time come in.

export const MAX_SUBS = 10;
const SUB_NAMES: ReadonlySet<string> = new Set(
  Array.from({ length: MAX_SUBS }, (_, index) => `sub${index + 1}`),
);
const MAX_SUB_LENGTH = 255;
const MAX_TEXT = 500;

/** The sub-ids of a visit, sub1 to sub10, cut to 255 characters; anything else in the query is not ours to keep (requirements S5). */
export function subsOf(query: Readonly<Record<string, unknown>>): Record<string, string> {
  const subs: Record<string, string> = {};
  // By what was sent, which is little as a rule.
  for (const name of Object.keys(query)) {
    if (!SUB_NAMES.has(name)) continue;
    const value = query[name];
    if (typeof value === 'string' && value !== '') subs[name] = storableText(value, MAX_SUB_LENGTH);
  }
  return subs;
}

/** Text of a header or a parameter as the database can hold it: without NUL and lone surrogates, cut to a length. */
export function storableText(text: string, max = MAX_TEXT): string {
  return text.toWellFormed().replaceAll('\0', '').slice(0, max);
}

/** Scheme and host of the page that led here; '' for none. Its path and query may hold what is nobody's business. */
export function originOf(referrer: string): string {
  const origin = /^https?:\/\/[^/?#\s@\\]+(?=[/?#]|$)/i.exec(referrer)?.[0] ?? '';
  return storableText(origin.toLowerCase(), 200);
}
