import type { SignatureCrypto } from './facts.ts';
import { hexOf } from './signed-content.ts';

const utf8 = new TextEncoder();

/**
 * What a client of the MT5 Web API answers to the server's random bytes (connectors.md 3.1), in lower-case hex: the password
 * as UTF-16 is digested with MD5, that with `WebAPI` again, and that with the random bytes once more.
 * Throws a RangeError when the random bytes are not hex.
 */
export function mt5PasswordAnswer(crypto: SignatureCrypto, password: string, serverRandom: string): string {
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(serverRandom))
    throw new RangeError('the random bytes of the server must be hex digits');
  const random = (serverRandom.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
  const first = crypto.digest('md5', utf16(password));
  const second = crypto.digest('md5', Uint8Array.from([...first, ...utf8.encode('WebAPI')]));
  return hexOf(crypto.digest('md5', Uint8Array.from([...second, ...random])));
}

/** UTF-16, low byte first. */
function utf16(text: string): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)).flatMap((unit) => [
      unit & 0xff,
      unit >> 8,
    ]),
  );
}
