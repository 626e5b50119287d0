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

/** The network of an address: /24 of IPv4, /48 of IPv6; '' for what is no address. The full address is never stored (requirements S5). */
export function shortenIp(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1] ?? address;
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(mapped);
  if (v4 !== null) return `${v4[1]}.${v4[2]}.${v4[3]}.0/24`;
  if (!mapped.includes(':')) return '';
  const groups = expandIpv6(mapped.split('%')[0] ?? '');
  return groups === undefined ? '' : `${groups.slice(0, 3).join(':')}::/48`;
}

function expandIpv6(address: string): string[] | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const head = (halves[0] ?? '').split(':').filter((group) => group !== '');
  const tail = halves.length === 2 ? (halves[1] ?? '').split(':').filter((group) => group !== '') : [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 0 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? groups.map((group) => Number.parseInt(group, 16).toString(16))
    : undefined;
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
