import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signatureCrypto } from '../../../platform/signature-crypto.ts';
import { mt5PasswordAnswer } from './mt5-answer.ts';

const digestOf = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();
const digestBytes = (bytes: Uint8Array): string => digestOf(bytes).toString('hex');

describe('the answer to MT5', () => {
  it('is the one that was computed by hand', () => {
    expect(mt5PasswordAnswer(signatureCrypto, 'Pässword1', '00ff10')).toBe(
      digestBytes(
        Buffer.concat([
          digestOf(Buffer.concat([digestOf(Buffer.from('Pässword1', 'utf16le')), Buffer.from('WebAPI')])),
          Buffer.from('00ff10', 'hex'),
        ]),
      ),
    );
  });
});
