import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSealed, sealSecret } from './seal.ts';
import type { Secrets } from './secrets.ts';

const instance = (name: string): Secrets => ({
  keyFor: (purpose) => hash('sha256', name + purpose, 'buffer'),
});
const secret = instance('one');

describe('seal', () => {
  it('gives the secret back under the same instance secret', () => {
    const sealed = sealSecret(secret, 'endpoint_secret', 'whsec_c2VjcmV0');
    expect(sealed.includes(Buffer.from('whsec_'))).toBe(false);
    expect(openSealed(secret, 'endpoint_secret', sealed)).toBe('whsec_c2VjcmV0');
  });

  it('never seals the same text to the same bytes', () => {
    const once = sealSecret(secret, 'endpoint_secret', 'a');
    expect(sealSecret(secret, 'endpoint_secret', 'a').equals(once)).toBe(false);
  });

  it('does not open under another instance secret', () => {
    const sealed = sealSecret(secret, 'endpoint_secret', 'a');
    expect(() => openSealed(instance('two'), 'endpoint_secret', sealed)).toThrow(
      /unable to authenticate|not a sealed/i,
    );
  });

  it('does not open for another purpose', () => {
    const sealed = sealSecret(secret, 'endpoint_secret', 'a');
    expect(() => openSealed(secret, 'source_token', sealed)).toThrow(/unable to authenticate|not a sealed/i);
  });

  it('does not open when any byte was changed', () => {
    const sealed = sealSecret(secret, 'endpoint_secret', 'a');
    for (let i = 0; i < sealed.length; i += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(i) ^ 1, i);
      expect(() => openSealed(secret, 'endpoint_secret', changed), `byte ${i}`).toThrow(
        /unable to authenticate|not a sealed/i,
      );
    }
  });
});
