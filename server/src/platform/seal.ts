import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretPurpose, Secrets } from './secrets.ts';

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a secret that must be readable again (AES-256-GCM, under the instance's key for the purpose, which is also
 * bound into the seal: a value cannot be moved to another use). The answer is version, nonce, tag and ciphertext in
 * one buffer, to be stored as it is.
 */
export function sealSecret(secrets: Secrets, purpose: SecretPurpose, plaintext: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secrets.keyFor(purpose), iv);
  cipher.setAAD(Buffer.from(purpose, 'utf8'));
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), body]);
}

/** The secret again. Throws when the instance secret or the purpose is another one, or a bit was changed. */
export function openSealed(secrets: Secrets, purpose: SecretPurpose, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  if (bytes[0] !== VERSION || bytes.length < 1 + IV_BYTES + TAG_BYTES) {
    throw new Error(`not a sealed ${purpose}: unknown version or too short`);
  }
  const tagAt = 1 + IV_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', secrets.keyFor(purpose), bytes.subarray(1, tagAt), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(purpose, 'utf8'));
  decipher.setAuthTag(bytes.subarray(tagAt, tagAt + TAG_BYTES));
  const body = Buffer.concat([decipher.update(bytes.subarray(tagAt + TAG_BYTES)), decipher.final()]);
  return body.toString('utf8');
}
