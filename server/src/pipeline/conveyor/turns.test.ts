import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

describe('turns', () => {
  it('lets those of one name go one after the other, also after a failure, and holds nobody else up', async () => {
    const turns = createTurns();
    const seen: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = turns.take('books', async () => {
      seen.push('first begins');
      await gate.promise;
      seen.push('first ends');
      throw new Error('no');
    });
    const second = turns.take('books', async () => void seen.push('second'));
    await turns.take('other', async () => void seen.push('other'));
    gate.resolve();
    await expect(first).rejects.toThrow('no');
    await second;
    expect(seen).toEqual(['first begins', 'other', 'first ends', 'second']);
  });
});
