/** The value of a cookie in a Cookie header; undefined when it is not there. Values of ours need no decoding. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/**
 * A Set-Cookie header for this server alone: no script reads it (HttpOnly), no other site sends it (SameSite=Strict), and
 * over https it never travels in the clear. The value must be base64url; seconds of life, 0 takes the cookie away.
 */
export function writeCookie(
  name: string,
  value: string,
  { maxAgeSeconds, secure }: { maxAgeSeconds: number; secure: boolean },
): string {
  if (!/^[A-Za-z0-9_-]*$/.test(value)) throw new RangeError('the value of a cookie must be base64url');
  const life =
    maxAgeSeconds === 0 ? 'Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT' : `Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; ${life}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
