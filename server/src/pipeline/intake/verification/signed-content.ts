import type { BodyFields } from './body-fields.ts';
import type { OpenSecret, Part, SignatureCrypto, SignatureProof, SignedRequest } from './facts.ts';
import { sortedText } from './raw-json.ts';

const utf8 = new TextEncoder();

/** What the parts of a signature are taken from. */
export interface ContentSource {
  readonly request: SignedRequest;
  readonly fields: BodyFields;
  readonly secret: OpenSecret;
  readonly crypto: SignatureCrypto;
  /** The signed time as it was sent. */
  readonly timestamp: string;
  readonly nonce: string;
}

/**
 * The bytes that the sender may have signed: usually one way to put them together; two where an address or a text can
 * be written in two ways. Undefined when something that is signed is not there, for example a field.
 */
export function signedContents(proof: SignatureProof, source: ContentSource): Uint8Array[] | undefined {
  let contents: Uint8Array[][] = [[]];
  for (const part of proof.parts) {
    const choices = choicesOf(part, source);
    if (choices === undefined) return undefined;
    contents = contents.flatMap((before) => choices.map((choice) => [...before, choice]));
  }
  return contents.map(concat);
}

function choicesOf(part: Part, source: ContentSource): Uint8Array[] | undefined {
  const { request } = source;
  switch (part.place) {
    case 'body':
      return [request.body];
    case 'sortedBody':
      return sortedBodies(source);
    case 'url':
      return texts(request.url, decodedAddress(request.url));
    case 'secretMd5':
      return texts(md5Upper(source));
    case 'field':
      return part.optional === true
        ? texts(source.fields.text(part.path) ?? '')
        : optional(source.fields.text(part.path));
    case 'header':
      return optional(headerOf(request, part.name));
    default:
      return texts(textOf(part, source));
  }
}

function textOf(
  part: Exclude<Part, { place: 'body' | 'sortedBody' | 'url' | 'secretMd5' | 'field' | 'header' }>,
  { request, secret, crypto, timestamp, nonce }: ContentSource,
): string {
  switch (part.place) {
    case 'literal':
      return part.text;
    case 'method':
      return request.method.toUpperCase();
    case 'path':
      return pathOf(request.url).split('?')[0] ?? '';
    case 'query':
      return request.url.split('?').slice(1).join('?');
    case 'timestamp':
      return timestamp;
    case 'nonce':
      return nonce;
    case 'crc32':
      return String(crypto.crc32(request.body) >>> 0);
    case 'secret':
      return secret.text;
  }
}

function optional(text: string | undefined): Uint8Array[] | undefined {
  return text === undefined ? undefined : texts(text);
}

function texts(...choices: string[]): Uint8Array[] {
  return [...new Set(choices)].map((text) => utf8.encode(text));
}

/** The value of a header, several of one name joined as HTTP has it; undefined when it is not there or empty. */
export function headerOf(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  const text = typeof value === 'string' ? value : value?.join(', ');
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** Keys sorted, compact; with the text of the values as it came, and with that of a plain writer of JSON. */
function sortedBodies({ fields }: ContentSource): Uint8Array[] | undefined {
  const document = fields.json();
  if (document === undefined) return undefined;
  const sorted = sortedText(document);
  return texts(sorted, plainStrings(sorted));
}

/** Strings as JSON.stringify writes them: `\/` and `\u00e9` become what they mean. Numbers keep their text. */
function plainStrings(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, (text) =>
    text.includes('\\') ? JSON.stringify(JSON.parse(text)) : text,
  );
}

/** HubSpot signs the address with these characters decoded. */
function decodedAddress(url: string): string {
  return url.replace(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (code) => decodeURIComponent(code));
}

function pathOf(url: string): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
}

function md5Upper({ secret, crypto }: ContentSource): string {
  return hexOf(crypto.digest('md5', utf8.encode(secret.text))).toUpperCase();
}

/** Lower-case hex digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
