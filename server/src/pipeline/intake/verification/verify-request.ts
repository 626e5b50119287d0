// Does the request prove that it comes from the outside system? Judged on the bytes of the wire, before anything is read from it.
import {
  formatInstant,
  instantFromMicros,
  isInstant,
  MICROS_PER_SECOND,
  parseIsoInstant,
} from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { refuse } from '../../../kernel/outcome.ts';
import { bodyFieldsOf } from './body-fields.ts';
import type { BodyFields } from './body-fields.ts';
import type {
  DigestName,
  OpenSecret,
  Scheme,
  SignatureCrypto,
  SignaturePlace,
  SignatureProof,
  SignedRequest,
  SignedTime,
  TokenProof,
  Verdict,
} from './facts.ts';
import { headerOf, signedContents } from './signed-content.ts';

const utf8 = new TextEncoder();

/** A header with more signatures than this is no honest one. */
const MOST_SIGNATURES = 8;

/** Everything that a judgement rests on. `secrets`: all of the feed, also retired ones, which are told apart. */
export interface VerifyInput {
  readonly scheme: Scheme;
  readonly secrets: readonly OpenSecret[];
  readonly request: SignedRequest;
  readonly now: Instant;
  readonly crypto: SignatureCrypto;
}

/**
 * Judges a request. Refuses with `signature_missing`, `bad_signature`, `secret_retired` (it matches a secret that is no
 * longer in force), `unknown_algorithm`, `stale_timestamp` or `bad_token`. An accepted one has the name of the delivery,
 * where the scheme knows one.
 */
export function verifyRequest(input: VerifyInput): Verdict {
  const { scheme, request } = input;
  const fields = bodyFieldsOf(request.body, request.contentType, queryOf(request.url));
  for (const { header, value } of scheme.expected) {
    const found = headerOf(request, header);
    if (found === undefined) return refuse('signature_missing', `the header ${header} is missing`);
    if (!equalText(input.crypto, found, value))
      return refuse('bad_token', `the header ${header} carries another key than the feed expects`);
  }
  const refusal = judgeProof(input, fields);
  if (refusal !== undefined) return refusal;
  const deliveryId = deliveryIdOf(scheme, request, fields);
  return deliveryId === undefined ? { ok: true } : { ok: true, deliveryId };
}

type RefusedVerdict = Extract<Verdict, { ok: false }>;

function judgeProof(input: VerifyInput, fields: BodyFields): RefusedVerdict | undefined {
  const { proof } = input.scheme;
  if (proof.kind === 'none') return undefined;
  return proof.kind === 'token' ? judgeToken(proof, input) : judgeSignature(proof, input, fields);
}

function judgeToken(proof: TokenProof, input: VerifyInput): RefusedVerdict | undefined {
  const header = headerOf(input.request, proof.header);
  if (header === undefined) return refuse('signature_missing', `the header ${proof.header} is missing`);
  const told = tokenOf(proof, header);
  if (told === undefined)
    return refuse('bad_token', `the header ${proof.header} is not of the form ${proof.form}`);
  return matchSecret(input, (secret) =>
    equalText(
      input.crypto,
      told,
      proof.form === 'basic' ? `${proof.username ?? ''}:${secret.text}` : secret.text,
    ),
  )
    ? undefined
    : refusedSecret(input, 'bad_token', (secret) =>
        equalText(
          input.crypto,
          told,
          proof.form === 'basic' ? `${proof.username ?? ''}:${secret.text}` : secret.text,
        ),
      );
}

function tokenOf(proof: TokenProof, header: string): string | undefined {
  if (proof.form === 'header') return header;
  const [, kind, value] = /^(\S+) +(\S+)$/.exec(header) ?? [];
  if (kind?.toLowerCase() !== proof.form || value === undefined) return undefined;
  if (proof.form === 'bearer') return value;
  const bytes = decodeBase64(value);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function judgeSignature(
  proof: SignatureProof,
  input: VerifyInput,
  fields: BodyFields,
): RefusedVerdict | undefined {
  const { request } = input;
  if (request.body.length > 0 && !signsBody(proof))
    return refuse('bad_signature', 'the request has a body that its signature does not cover');
  const algorithm = algorithmOf(proof, request);
  if (typeof algorithm !== 'string') return algorithm;
  const told = signaturesOf(proof.where, request, fields);
  if (told === undefined)
    return refuse('signature_missing', `the request carries no signature: ${lackOf(proof.where, request)}`);
  const signatures = told.flatMap((text) => {
    const bytes = proof.encoding === 'hex' ? decodeHex(text) : decodeBase64(text);
    return bytes === undefined ? [] : [bytes];
  });
  const timestamp = proof.time === undefined ? '' : timestampOf(proof.time, request);
  if (timestamp === undefined) return refuse('signature_missing', 'the request carries no signed time');
  const nonce = proof.nonceHeader === undefined ? '' : headerOf(request, proof.nonceHeader);
  if (nonce === undefined)
    return refuse('signature_missing', `the header ${proof.nonceHeader ?? ''} is missing`);
  const proves = (secret: OpenSecret): boolean => {
    const contents = signedContents(proof, { ...input, fields, secret, timestamp, nonce });
    return (contents ?? []).some((content) =>
      signatures.some((signature) =>
        isSigned({ proof, algorithm, content, signature }, secret, input.crypto),
      ),
    );
  };
  if (!matchSecret(input, proves)) return refusedSecret(input, 'bad_signature', proves);
  return proof.time === undefined ? undefined : judgeTime(proof.time, timestamp, input.now);
}

/** What signs the address and not the body is for requests without one. A static proof signs neither. */
function signsBody({ parts }: SignatureProof): boolean {
  const has = (...places: string[]): boolean => parts.some(({ place }) => places.includes(place));
  return has('body', 'sortedBody', 'field', 'crc32') || !has('url', 'query');
}

/**
 * May the parameters of the address be believed? Not where only the body is signed: whoever catches one signed body could
 * send it again with parameters of their own.
 */
export function coversQuery({ proof }: Scheme, body: Uint8Array): boolean {
  if (proof.kind !== 'signature') return true;
  const has = (...places: string[]): boolean => proof.parts.some(({ place }) => places.includes(place));
  if (has('url', 'query')) return true;
  return has('field') ? body.length === 0 : !has('body', 'sortedBody', 'crc32');
}

function queryOf(url: string): string {
  return url.split('?').slice(1).join('?');
}

function isSigned(
  claim: { proof: SignatureProof; algorithm: DigestName; content: Uint8Array; signature: Uint8Array },
  secret: OpenSecret,
  crypto: SignatureCrypto,
): boolean {
  const { proof, algorithm, content, signature } = claim;
  if (proof.method === 'rsa') return crypto.verifyRsa(algorithm, secret.text, content, signature);
  if (proof.method === 'digest') return crypto.equal(crypto.digest(algorithm, content), signature);
  const key = keyOf(secret.text, proof.secretForm);
  return key !== undefined && crypto.equal(crypto.hmac(algorithm, key, content), signature);
}

/** A secret as the key of an HMAC; undefined when it is not of the declared form. */
function keyOf(text: string, form: SignatureProof['secretForm']): Uint8Array | undefined {
  if (form === 'utf8') return utf8.encode(text);
  if (form === 'hex') return decodeHex(text);
  return decodeBase64(form === 'whsec' ? text.replace(/^whsec_/, '') : text);
}

/** True when one of the secrets in force proves the request. Every one is tried, so that the time taken tells nothing. */
function matchSecret(input: VerifyInput, proves: (secret: OpenSecret) => boolean): boolean {
  return input.secrets
    .filter(({ retiresAt }) => retiresAt === null || input.now < retiresAt)
    .map(proves)
    .some(Boolean);
}

/** Nothing in force matches: an old secret that does is named, because then the rotation was not finished at the sender. */
function refusedSecret(
  input: VerifyInput,
  reason: 'bad_signature' | 'bad_token',
  proves: (secret: OpenSecret) => boolean,
): RefusedVerdict {
  const retired = input.secrets.filter(({ retiresAt }) => retiresAt !== null && input.now >= retiresAt);
  if (input.secrets.length === 0)
    return refuse(reason, 'the feed has no secret yet, so nothing can be proven: its operator must add one');
  if (retired.some(proves))
    return refuse('secret_retired', 'the request is signed with a secret that is no longer in force');
  return reason === 'bad_token'
    ? refuse('bad_token', 'the token or key of the request is not that of the feed')
    : refuse('bad_signature', 'the signature does not match the bytes of the request');
}

function algorithmOf({ algorithm }: SignatureProof, request: SignedRequest): DigestName | RefusedVerdict {
  if (typeof algorithm === 'string') return algorithm;
  const name = headerOf(request, algorithm.header) ?? '';
  if (name === '' && algorithm.otherwise !== undefined) return algorithm.otherwise;
  const known = Object.hasOwn(algorithm.allowed, name) ? algorithm.allowed[name] : undefined;
  return (
    known ??
    refuse(
      'unknown_algorithm',
      name === ''
        ? `the header ${algorithm.header} that names the algorithm is missing`
        : `the algorithm "${name.slice(0, 40)}" is not taken; taken are ${Object.keys(algorithm.allowed).join(', ')}`,
    )
  );
}

/** The texts that may be the signature; undefined when there is none. */
function signaturesOf(
  where: SignaturePlace,
  request: SignedRequest,
  fields: BodyFields,
): string[] | undefined {
  if (where.in === 'field') {
    const text = fields.text(where.path);
    return text === undefined || text === '' ? undefined : [text];
  }
  if (where.in === 'headers') {
    const text = where.names.map((name) => headerOf(request, name)).find((value) => value !== undefined);
    if (text === undefined) return undefined;
    if (where.prefix === undefined) return [text];
    if (text.startsWith(where.prefix)) return [text.slice(where.prefix.length)];
    return where.prefixOptional === true ? [text] : [];
  }
  const header = headerOf(request, where.header);
  if (header === undefined) return undefined;
  const texts =
    where.in === 'pairs'
      ? pairsOf(header).flatMap(([key, value]) => (key === where.key ? [value] : []))
      : header
          .split(' ')
          .flatMap((one) => (one.startsWith(where.prefix) ? [one.slice(where.prefix.length)] : []));
  return texts.length === 0 ? undefined : texts.slice(0, MOST_SIGNATURES);
}

/** Why no signature is there: the place is missing, or holds something else. */
function lackOf(where: SignaturePlace, request: SignedRequest): string {
  if (where.in === 'field') return `the field ${where.path} is missing`;
  if (where.in === 'headers') return `the header ${where.names[0] ?? ''} is missing`;
  if (headerOf(request, where.header) === undefined) return `the header ${where.header} is missing`;
  const form = where.in === 'pairs' ? `${where.key}=...` : `${where.prefix}...`;
  return `the header ${where.header} holds no ${form}`;
}

function pairsOf(header: string): [string, string][] {
  return header.split(',').map((pair) => {
    const [key = '', ...rest] = pair.split('=');
    return [key.trim(), rest.join('=').trim()];
  });
}

function timestampOf({ from }: SignedTime, request: SignedRequest): string | undefined {
  const header = headerOf(request, from.header);
  if (header === undefined || !('pair' in from)) return header;
  return pairsOf(header).find(([key]) => key === from.pair)?.[1];
}

function judgeTime(time: SignedTime, text: string, now: Instant): RefusedVerdict | undefined {
  const at = signedAt(time.unit, text);
  if (at === undefined)
    return refuse('stale_timestamp', `the signed time "${text.slice(0, 40)}" cannot be read`);
  if (Math.abs(now - at) <= time.toleranceSeconds * MICROS_PER_SECOND) return undefined;
  return refuse(
    'stale_timestamp',
    `the request was signed at ${formatInstant(at)}, more than ${time.toleranceSeconds} seconds from now`,
  );
}

function signedAt(unit: SignedTime['unit'], text: string): Instant | undefined {
  if (unit === 'iso') {
    const parsed = parseIsoInstant(text);
    return parsed.ok ? parsed.value : undefined;
  }
  if (!/^\d{1,15}$/.test(text)) return undefined;
  const micros = Number(text) * (unit === 's' ? MICROS_PER_SECOND : 1_000);
  return isInstant(micros) ? instantFromMicros(micros) : undefined;
}

function deliveryIdOf(scheme: Scheme, request: SignedRequest, fields: BodyFields): string | undefined {
  const { deliveryId } = scheme;
  if (deliveryId === undefined) return undefined;
  if ('headers' in deliveryId) {
    return deliveryId.headers.map((name) => headerOf(request, name)).find((value) => value !== undefined);
  }
  const values = deliveryId.fields.map((path) => fields.text(path));
  return values[0] === undefined || values[0] === '' ? undefined : JSON.stringify(values);
}

/** Compares texts of any length without telling by the time taken where they differ. */
export function equalText(crypto: SignatureCrypto, a: string, b: string): boolean {
  return crypto.equal(crypto.digest('sha256', utf8.encode(a)), crypto.digest('sha256', utf8.encode(b)));
}

function decodeHex(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}

function decodeBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 === 1) return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
