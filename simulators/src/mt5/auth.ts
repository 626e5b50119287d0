// Who is there, as the Web API of MetaTrader 5 asks it (connectors.md 3.1): both sides prove that they know the password.
import { createHash } from 'node:crypto';

/**
 * The answer to the other side's random bytes: md5( md5( md5(utf16le(password)) + "WebAPI" ) + random ), in hex.
 * `randomHex` is 32 hex digits. Vector: "Password1" with 73007dc7184747ce0f7c98516ef1c851 gives 77fe51827f7fa69dd80fbec9aa33f1bb.
 */
export function answerChallenge(password: string, randomHex: string): string {
  const ofPassword = md5(Buffer.from(password, 'utf16le'));
  const ofAccess = md5(Buffer.concat([ofPassword, Buffer.from('WebAPI', 'ascii')]));
  return md5(Buffer.concat([ofAccess, Buffer.from(randomHex, 'hex')])).toString('hex');
}

/** True for 32 hex digits, the form of random bytes and of answers. */
export function isChallenge(text: string | null): text is string {
  return text !== null && /^[0-9a-fA-F]{32}$/.test(text);
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}
