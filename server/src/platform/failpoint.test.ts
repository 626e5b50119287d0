import { afterEach, describe, expect, it } from 'vitest';
import { FailpointHit, armFailpoints, failpoint, parseFailpoints, setFailpointHook } from './failpoint.ts';

afterEach(() => {
  armFailpoints(undefined);
  setFailpointHook(undefined);
});

describe('failpoint', () => {
  it('does nothing when nothing is armed', async () => {
    await expect(failpoint('lease:takeover')).resolves.toBeUndefined();
  });

  it('strikes at the pass that was named and at no other', async () => {
    armFailpoints('evidence:after-send=throw:3');
    await failpoint('evidence:after-send');
    await failpoint('evidence:after-intent');
    await failpoint('evidence:after-send');
    await expect(failpoint('evidence:after-send')).rejects.toBeInstanceOf(FailpointHit);
    await expect(failpoint('evidence:after-send')).resolves.toBeUndefined();
  });

  it('waits for the hook of a test', async () => {
    const seen: string[] = [];
    setFailpointHook(async (name) => {
      await Promise.resolve();
      seen.push(name);
    });
    await failpoint('partner:before-commit');
    expect(seen).toEqual(['partner:before-commit']);
  });

  it.each(['customer:after-comit=kill', 'lease:takeover', 'lease:takeover=kill:0', 'lease:takeover=explode'])(
    'refuses %s, because a drill that misses proves nothing',
    (text) => {
      expect(() => parseFailpoints(text)).toThrow(RangeError);
    },
  );

  it('reads several orders', () => {
    expect([...parseFailpoints('intake:after-commit=kill:2, lease:takeover=pause')]).toEqual([
      ['intake:after-commit', { action: 'kill', pass: 2 }],
      ['lease:takeover', { action: 'pause', pass: 1 }],
    ]);
  });
});
