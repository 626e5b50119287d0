import {
  X509Certificate,
  createHash,
  createHmac,
  createPublicKey,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { crc32 } from 'node:zlib';

type DigestName = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Cryptography of signatures that come from outside. Bytes in, bytes out; nothing here throws on what a sender wrote. */
export const signatureCrypto = {
  hmac: (algorithm: DigestName, key: Uint8Array, content: Uint8Array): Uint8Array =>
    createHmac(algorithm, key).update(content).digest(),
  digest: (algorithm: DigestName, content: Uint8Array): Uint8Array =>
    createHash(algorithm).update(content).digest(),
  /** PKCS #1 v1.5. False also when the key cannot be read. */
  verifyRsa(algorithm: DigestName, pem: string, content: Uint8Array, signature: Uint8Array): boolean {
    try {
      return verify(algorithm, content, createPublicKey(pem), signature);
    } catch {
      return false;
    }
  },
  crc32: (content: Uint8Array): number => crc32(content),
  /** In the same time wherever the bytes differ; bytes of another length are unequal. */
  equal(a: Uint8Array, b: Uint8Array): boolean {
    // The comparison runs either way, so that a wrong length is not told by a quicker answer.
    const same = timingSafeEqual(a, a.length === b.length ? b : a);
    return same && a.length === b.length;
  },
};

/** What is wrong with a PEM as a public key for RSA signatures; undefined when it can be used. */
export function faultOfPublicKey(pem: string): string | undefined {
  try {
    const key = pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
    if (pem.includes('PRIVATE KEY'))
      return 'it is a private key; give the public one and keep this one to nobody';
    if (key.asymmetricKeyType !== 'rsa')
      return `it is a key of type ${key.asymmetricKeyType ?? 'unknown'}, not RSA`;
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return bits < 2048 ? `it has ${bits} bits, at least 2048 are asked for` : undefined;
  } catch {
    return 'it cannot be read as PEM: it begins with -----BEGIN PUBLIC KEY----- or -----BEGIN CERTIFICATE-----';
  }
}
