// What is kept of a visit, and where it goes. Pure: the ids and the time come in.

export const MAX_SUBS = 10;
const MAX_SUB_LENGTH = 255;
const MAX_TEXT = 500;

/** The sub-ids of a visit, sub1 to sub10, cut to 255 characters; anything else in the query is not ours to keep (requirements S5). */
export function subsOf(query: Readonly<Record<string, unknown>>): Record<string, string> {
  const subs: Record<string, string> = {};
  for (let n = 1; n <= MAX_SUBS; n += 1) {
    const value = query[`sub${n}`];
    if (typeof value === 'string' && value !== '') subs[`sub${n}`] = storableText(value, MAX_SUB_LENGTH);
  }
  return subs;
}

/** Text of a header or a parameter as the database can hold it: without NUL and lone surrogates, cut to a length. */
export function storableText(text: string, max = MAX_TEXT): string {
  return text.toWellFormed().replaceAll('\0', '').slice(0, max);
}

/**
 * Where the visitor goes: the link's own landing page with the click id in its parameter, and nothing that the
 * visitor could have put there, so that the address can never be turned into an open redirect.
 */
export function landingAddress(landingUrl: string, clickParam: string, clickId: string | undefined): string {
  const url = new URL(landingUrl);
  if (clickId !== undefined) url.searchParams.set(clickParam, clickId);
  return url.href;
}
