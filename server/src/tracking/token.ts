// Tokens of links and clicks: signed and self-describing, so that attribution needs no look-up of a click (design.md 5).
// Layout, in bytes: kind 1, link uuid 16, partner uuid 16, then for a click milliseconds since the epoch 6, country 2 and randomness 6,
// then the first 10 bytes of the mac over all before it. On the wire base64url: 58 characters a link, 76 a click. Click ids of
// the first kind had no country and 8 bytes of randomness; they are read as long as anybody may bring one back.

/** The mac of some bytes under the instance's key, at least 10 bytes long. Comes in as a parameter: the key is no matter of this file. */
export type Mac = (bytes: Uint8Array) => Uint8Array;

/** What a link's token says. Uuids are canonical. */
export interface LinkToken {
  readonly linkId: string;
  readonly partnerId: string;
}

/** What a click id says. */
export interface ClickToken extends LinkToken {
  /** Milliseconds since the epoch. */
  readonly atMillis: number;
  /** Where the visitor was, ISO 3166 alpha-2; '' = not known. Signed like the rest, so attribution can judge it without a look-up. */
  readonly country: string;
}

const LINK_KIND = 1;
const OLD_CLICK_KIND = 2;
const CLICK_KIND = 3;
const MAC_BYTES = 10;
const LINK_BYTES = 33;
const CLICK_BYTES = 47;
const COUNTRY_PLACE = LINK_BYTES + 6;
/** Where every click id is put together, one after the other: bytes of its own for each would be the most that a visit allocates. */
const CLICK = Buffer.alloc(CLICK_BYTES + MAC_BYTES);
/** Bytes of chance in a click id. With link and millisecond beside them, two visits never share them. */
export const RANDOM_BYTES = 6;

/** The token in a link's address. */
export function formatLinkToken(link: LinkToken, mac: Mac): string {
  const token = Buffer.alloc(LINK_BYTES + MAC_BYTES);
  putLink(token, LINK_KIND, link);
  return sign(token, mac);
}

/** A new click id; `random` is RANDOM_BYTES random bytes. Throws a RangeError on other lengths, and on a time or country that does not fit. */
export function formatClickId(click: ClickToken, random: Uint8Array, mac: Mac): string {
  if (random.length !== RANDOM_BYTES)
    throw new RangeError(`a click id takes ${RANDOM_BYTES} random bytes, not ${random.length}`);
  if (!Number.isInteger(click.atMillis) || click.atMillis < 0 || click.atMillis >= 2 ** 48)
    throw new RangeError(`not milliseconds since the epoch: ${click.atMillis}`);
  if (click.country !== '' && !/^[A-Z]{2}$/.test(click.country))
    throw new RangeError(`not a country of two letters: ${click.country}`);
  putLink(CLICK, CLICK_KIND, click);
  CLICK.writeUInt16BE(Math.floor(click.atMillis / 2 ** 32), LINK_BYTES);
  CLICK.writeUInt32BE(click.atMillis % 2 ** 32, LINK_BYTES + 2);
  CLICK[COUNTRY_PLACE] = click.country === '' ? 0 : click.country.charCodeAt(0);
  CLICK[COUNTRY_PLACE + 1] = click.country === '' ? 0 : click.country.charCodeAt(1);
  CLICK.set(random, COUNTRY_PLACE + 2);
  return sign(CLICK, mac);
}

/** What a link's token says; undefined when it was not made here or was changed. */
export function readLinkToken(text: string, mac: Mac): LinkToken | undefined {
  const bytes = verify(text, { kind: LINK_KIND, length: LINK_BYTES, mac });
  return bytes === undefined ? undefined : linkOf(bytes);
}

/** What a click id says; undefined when it was not made here or was changed. */
export function readClickId(text: string, mac: Mac): ClickToken | undefined {
  const bytes =
    verify(text, { kind: CLICK_KIND, length: CLICK_BYTES, mac }) ??
    verify(text, { kind: OLD_CLICK_KIND, length: CLICK_BYTES, mac });
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    ...linkOf(bytes),
    atMillis: view.getUint16(LINK_BYTES) * 2 ** 32 + view.getUint32(LINK_BYTES + 2),
    country: countryOf(bytes),
  };
}

function countryOf(bytes: Uint8Array): string {
  const [first = 0, second = 0] = bytes.subarray(COUNTRY_PLACE, COUNTRY_PLACE + 2);
  return bytes[0] === CLICK_KIND && first !== 0 ? String.fromCharCode(first, second) : '';
}

function putLink(bytes: Uint8Array, kind: number, link: LinkToken): void {
  bytes[0] = kind;
  putUuid(bytes, 1, link.linkId);
  putUuid(bytes, 17, link.partnerId);
}

function linkOf(bytes: Uint8Array): LinkToken {
  return { linkId: uuidOfBytes(bytes.subarray(1, 17)), partnerId: uuidOfBytes(bytes.subarray(17, 33)) };
}

/** Writes the mac behind what the token says; its place is left free. */
function sign(token: Buffer, mac: Mac): string {
  const end = token.length - MAC_BYTES;
  const proof = mac(token.subarray(0, end));
  for (let i = 0; i < MAC_BYTES; i += 1) token[end + i] = proof[i] as number;
  return token.toString('base64url');
}

/** The signed bytes, when length, alphabet, kind and mac are right. The macs are compared whole, so the time tells nothing. */
function verify(text: string, form: { kind: number; length: number; mac: Mac }): Uint8Array | undefined {
  const total = form.length + MAC_BYTES;
  if (text.length !== Math.ceil((total * 4) / 3) || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  const all = new Uint8Array(Buffer.from(text, 'base64url'));
  // Unused last bits must be as we write them, so that no second spelling of the same bytes passes.
  if (Buffer.from(all).toString('base64url') !== text) return undefined;
  if (all.length !== total || all[0] !== form.kind) return undefined;
  const bytes = all.subarray(0, form.length);
  return sameBytes(all.subarray(form.length), form.mac(bytes).subarray(0, MAC_BYTES)) ? bytes : undefined;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

const HYPHEN = 45;

/** Digit by digit: this is done twice for every visitor. */
function putUuid(bytes: Uint8Array, place: number, uuid: string): void {
  let digits = 0;
  for (let i = 0; i < uuid.length; i += 1) {
    const code = uuid.charCodeAt(i);
    if (code === HYPHEN) continue;
    const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1;
    if (digit < 0 || digits === 32) throw new RangeError(`not a canonical uuid: ${uuid}`);
    const at = place + (digits >> 1);
    bytes[at] = (digits & 1) === 0 ? digit << 4 : (bytes[at] as number) | digit;
    digits += 1;
  }
  if (digits !== 32) throw new RangeError(`not a canonical uuid: ${uuid}`);
}

function uuidOfBytes(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
