import { isAllowedHost } from '../kernel/host.ts';

/** Longer addresses are cut by browsers and proxies on the way. */
const MAX_ADDRESS = 2000;

/** Why an address was not taken as the target of a deep link. */
export type DeepLinkRefusal = 'not_an_address' | 'host_not_allowed';

/**
 * Where a deep link leads, as the address that browsers read it as; or why it leads nowhere (requirements T1).
 *
 * `to` is taken apart by URL, which is what browsers do, and only what URL writes down again is handed on: so we and the browser
 * cannot read one text as two addresses. Refused before that is everything that makes readers differ: other schemes than http and
 * https, fewer or more than two slashes, backslashes, white space and control characters, user names and passwords. The host must be
 * one of `allowed` on the usual port; with none allowed, it must be host and port of the landing page. A landing page under
 * https is never left for http.
 */
export function readDeepLink(
  to: string,
  landing: URL,
  allowed: readonly string[],
): URL | { readonly refused: DeepLinkRefusal } {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (to.length > MAX_ADDRESS || /[\u0000-\u0020\u007f-\u00a0\\]/.test(to) || !to.isWellFormed())
    return { refused: 'not_an_address' };
  if (!/^https?:\/\/[^/?#@]+(?:[/?#]|$)/i.test(to) || !URL.canParse(to)) return { refused: 'not_an_address' };
  const url = new URL(to);
  if (url.username !== '' || url.password !== '' || url.hostname === '') return { refused: 'not_an_address' };
  if (url.protocol !== 'https:' && url.protocol !== landing.protocol) return { refused: 'host_not_allowed' };
  const fits =
    allowed.length === 0
      ? url.host === landing.host && url.protocol === landing.protocol
      : url.port === '' && isAllowedHost(url.hostname, allowed);
  return fits ? url : { refused: 'host_not_allowed' };
}
