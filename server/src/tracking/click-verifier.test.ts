import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { clickMac } from './click-verifier.actions.ts';

test.each([1, 32, 64])(
  'the mac of a key of %i bytes is the one that createHmac makes, time after time',
  (length) => {
    const key = Buffer.from(Array.from({ length }, (_, index) => (index * 37 + 11) % 256));
    const mac = clickMac({ keyFor: () => key } as never);
    for (const size of [0, 1, 33, 47, 63, 64, 65, 500]) {
      const bytes = Buffer.alloc(size, size);
      expect(Buffer.from(mac(bytes))).toEqual(createHmac('sha256', key).update(bytes).digest());
    }
  },
);
