// What proving a delivery works with. Pure: whatever computes digests is handed in.
import type { Instant } from '../../../kernel/instant.ts';
import type { ReasonCode } from '../../../kernel/reason.ts';

export type DigestName = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Cryptography as the plumbing offers it. */
export interface SignatureCrypto {
  hmac(algorithm: DigestName, key: Uint8Array, content: Uint8Array): Uint8Array;
  digest(algorithm: DigestName, content: Uint8Array): Uint8Array;
  /** False also when the key cannot be read. */
  verifyRsa(algorithm: DigestName, pem: string, content: Uint8Array, signature: Uint8Array): boolean;
  crc32(content: Uint8Array): number;
  /** Takes the same time wherever the bytes differ; other lengths are unequal. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** A request as it came, before anything was read from it. */
export interface SignedRequest {
  readonly method: string;
  /** The whole address as the sender called it. */
  readonly url: string;
  /** Lower-case names; several values of one name are joined with a comma, as HTTP has it. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly contentType: string;
  /** The bytes on the wire. */
  readonly body: Uint8Array;
}

/** A secret of a feed, opened. */
export interface OpenSecret {
  readonly text: string;
  readonly retiresAt: Instant | null;
}

/** Places of a template that need nothing else to be said. */
export type PlainPlace =
  | 'body'
  | 'method'
  | 'url'
  | 'path'
  | 'query'
  | 'timestamp'
  | 'nonce'
  | 'sortedBody'
  | 'crc32'
  | 'secret'
  | 'secretMd5';

/** One piece of what is signed. */
export type Part =
  | { readonly place: 'literal'; readonly text: string }
  | { readonly place: 'header'; readonly name: string }
  /** `optional`: counts as empty where it is not there; only for vendors who sign it so. */
  | { readonly place: 'field'; readonly path: string; readonly optional?: true }
  | { [Place in PlainPlace]: { readonly place: Place } }[PlainPlace];

/** Where the text of a signature stands, and in what form. */
export type SignaturePlace =
  /** The first of the headers that is there; after a prefix, which may be missing where it is optional. */
  | {
      readonly in: 'headers';
      readonly names: readonly string[];
      readonly prefix?: string;
      readonly prefixOptional?: boolean;
    }
  /** `t=1,v1=...,v1=...` */
  | { readonly in: 'pairs'; readonly header: string; readonly key: string }
  /** `v1,... v1,...` */
  | { readonly in: 'list'; readonly header: string; readonly prefix: string }
  | { readonly in: 'field'; readonly path: string };

export interface SignedTime {
  readonly from: { readonly header: string } | { readonly pair: string; readonly header: string };
  readonly unit: 's' | 'ms' | 'iso';
  readonly toleranceSeconds: number;
}

export interface SignatureProof {
  readonly kind: 'signature';
  readonly method: 'hmac' | 'digest' | 'rsa';
  readonly algorithm:
    | DigestName
    | {
        /** The sender names it; what is not listed is refused. `otherwise`: what counts when it names none. */
        readonly header: string;
        readonly allowed: Readonly<Record<string, DigestName>>;
        readonly otherwise?: DigestName;
      };
  readonly encoding: 'hex' | 'base64';
  readonly where: SignaturePlace;
  readonly parts: readonly Part[];
  readonly secretForm: 'utf8' | 'hex' | 'base64' | 'whsec';
  readonly time?: SignedTime;
  readonly nonceHeader?: string;
}

/** The delivery carries the secret itself. */
export interface TokenProof {
  readonly kind: 'token';
  readonly form: 'bearer' | 'basic' | 'header';
  readonly header: string;
  readonly username?: string;
}

/** How the deliveries of a feed prove themselves, as data. */
export interface Scheme {
  readonly proof: SignatureProof | TokenProof | { readonly kind: 'none' };
  /** Headers that must carry a value that the operator declared. */
  readonly expected: readonly { readonly header: string; readonly value: string }[];
  /** What names a delivery, so that a repetition is known. */
  readonly deliveryId?: { readonly headers: readonly string[] } | { readonly fields: readonly string[] };
}

/** What a request proved. */
export type Verdict =
  | { readonly ok: true; readonly deliveryId?: string }
  | { readonly ok: false; readonly reason: ReasonCode; readonly detail: string };
