// Ids on the wire: a prefix that says what it names, then the uuid as 32 hex digits (a slice and a join, no arithmetic).
// Commission rows and deliveries live inside array rows; their ids carry the address and need no index of their own.
import { accept, refuse } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** What each prefix names. */
export const ID_PREFIXES = {
  prg: 'program',
  prt: 'partner',
  cus: 'customer',
  evt: 'event',
  com: 'commission',
  dlv: 'delivery',
  lnk: 'link',
  clk: 'click',
  src: 'source',
  fed: 'feed',
  mpp: 'mapping',
  del: 'deal',
  key: 'API key',
  usr: 'user',
  ept: 'endpoint',
  fct: 'fact',
  job: 'job',
  att: 'attribution',
  cod: 'code',
  cmp: 'campaign',
  crv: 'creative',
  stk: 'strike',
  pay: 'payout',
  clw: 'clawback',
  rti: 'import of rates',
  msg: 'message',
  jnl: 'journal row',
  imp: 'import',
  drf: 'drift signal',
  qtn: 'quarantined item',
  chg: 'change set',
  mrg: 'merge',
  idf: 'identifier',
  mov: 'move',
  trl: 'trial',
  lab: 'run of the deal lab',
  grd: 'decision about a grade',
  rbt: 'rebate rule',
} as const;

export type IdPrefix = keyof typeof ID_PREFIXES;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HEX = /^[0-9a-f]{32}$/;

/** True for the canonical form: 36 characters, lower case. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** `prt` and a canonical uuid to `prt_0198…` (36 characters). Throws a RangeError when the uuid is not canonical. */
export function wireId(prefix: IdPrefix, uuid: string): string {
  if (uuid.length !== 36) throw new RangeError(`not a canonical uuid: ${uuid}`);
  return `${prefix}_${uuid.slice(0, 8)}${uuid.slice(9, 13)}${uuid.slice(14, 18)}${uuid.slice(19, 23)}${uuid.slice(24)}`;
}

/** `prt_0198…` to the canonical uuid, upper case accepted. Refuses with `bad_identifier` another prefix or anything else. */
export function parseWireId(prefix: IdPrefix, text: string): Outcome<string> {
  const hex = text.slice(4).toLowerCase();
  if (!text.startsWith(`${prefix}_`) || !HEX.test(hex)) {
    return refuse(
      'bad_identifier',
      `"${text.slice(0, 60)}" is not the id of a ${ID_PREFIXES[prefix]}: expected ${prefix}_ and 32 hex digits`,
    );
  }
  return accept(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
  );
}

/** Address of one commission: lane (0 to 1023), the hop that carried it, the row in the hop and the item in the row. */
export interface CommissionAddress {
  lane: number;
  /** Canonical uuid. */
  hopId: string;
  row: number;
  item: number;
}

/** Address of one item of a delivery chunk. */
export interface DeliveryAddress {
  lane: number;
  /** Canonical uuid. */
  chunkId: string;
  item: number;
}

/** `com_` and 39 base32 characters: lane 2 bytes, uuid 16, row 4, item 2. Throws a RangeError out of these ranges. */
export function packCommissionId(address: CommissionAddress): string {
  return `com_${encodeBase32(hexOf(address.lane, 2) + hexOfUuid(address.hopId) + hexOf(address.row, 4) + hexOf(address.item, 2))}`;
}

/** Refuses with `bad_identifier` whatever packCommissionId cannot have written. */
export function unpackCommissionId(text: string): Outcome<CommissionAddress> {
  const hex = unpackHex('com', text, 24);
  if (hex === undefined)
    return refuse('bad_identifier', `"${text.slice(0, 60)}" is not the id of a commission`);
  return accept({
    lane: numberAt(hex, 0, 2),
    hopId: uuidAt(hex, 2),
    row: numberAt(hex, 18, 4),
    item: numberAt(hex, 22, 2),
  });
}

/** `dlv_` and 36 base32 characters: lane 2 bytes, uuid 16, item 4. Throws a RangeError out of these ranges. */
export function packDeliveryId(address: DeliveryAddress): string {
  return `dlv_${encodeBase32(hexOf(address.lane, 2) + hexOfUuid(address.chunkId) + hexOf(address.item, 4))}`;
}

/** Refuses with `bad_identifier` whatever packDeliveryId cannot have written. */
export function unpackDeliveryId(text: string): Outcome<DeliveryAddress> {
  const hex = unpackHex('dlv', text, 22);
  if (hex === undefined)
    return refuse('bad_identifier', `"${text.slice(0, 60)}" is not the id of a delivery`);
  return accept({ lane: numberAt(hex, 0, 2), chunkId: uuidAt(hex, 2), item: numberAt(hex, 18, 4) });
}

/** Address of one quarantined item: the lane of its chunk and its own id. */
export interface QuarantineAddress {
  lane: number;
  /** Canonical uuid. */
  id: string;
}

/** `qtn_` and 29 base32 characters: lane 2 bytes, uuid 16. Throws a RangeError out of these ranges. */
export function packQuarantineId(address: QuarantineAddress): string {
  return `qtn_${encodeBase32(hexOf(address.lane, 2) + hexOfUuid(address.id))}`;
}

/** Refuses with `bad_identifier` whatever packQuarantineId cannot have written. */
export function unpackQuarantineId(text: string): Outcome<QuarantineAddress> {
  const hex = unpackHex('qtn', text, 18);
  if (hex === undefined)
    return refuse('bad_identifier', `"${text.slice(0, 60)}" is not the id of a quarantined item`);
  return accept({ lane: numberAt(hex, 0, 2), id: uuidAt(hex, 2) });
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford: no i, l, o, u

function hexOf(value: number, bytes: number): string {
  if (!Number.isInteger(value) || value < 0 || value >= 256 ** bytes)
    throw new RangeError(`${value} does not fit ${bytes} bytes`);
  return value.toString(16).padStart(bytes * 2, '0');
}

function hexOfUuid(uuid: string): string {
  if (!isUuid(uuid)) throw new RangeError(`not a canonical uuid: ${uuid}`);
  return uuid.replaceAll('-', '');
}

function numberAt(hex: string, byte: number, bytes: number): number {
  return Number.parseInt(hex.slice(byte * 2, (byte + bytes) * 2), 16);
}

function uuidAt(hex: string, byte: number): string {
  const h = hex.slice(byte * 2, byte * 2 + 32);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}

function encodeBase32(hex: string): string {
  let out = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < hex.length; i += 2) {
    held = (held << 8) | Number.parseInt(hex.slice(i, i + 2), 16);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += ALPHABET.charAt((held >> bits) & 31);
      held &= (1 << bits) - 1;
    }
  }
  return bits > 0 ? out + ALPHABET.charAt((held << (5 - bits)) & 31) : out;
}

/** The packed bytes as hex, or undefined when prefix, length, alphabet or the unused last bits are not ours. */
function unpackHex(prefix: IdPrefix, text: string, bytes: number): string | undefined {
  if (!text.startsWith(`${prefix}_`) || text.length !== 4 + Math.ceil((bytes * 8) / 5)) return undefined;
  let hex = '';
  let bits = 0;
  let held = 0;
  for (const char of text.slice(4)) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      hex += (held >> bits).toString(16).padStart(2, '0');
      held &= (1 << bits) - 1;
    }
  }
  if (held !== 0 || numberAt(hex, 0, 2) > 1023) return undefined;
  return hex;
}
