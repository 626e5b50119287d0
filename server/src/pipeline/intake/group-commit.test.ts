import { describe, expect, it } from 'vitest';
import { DoorClosed, DoorOverloaded, createGroupCommit } from './group-commit.ts';
import type { GroupCommitOptions } from './group-commit.ts';

/** A commit that returns only when it is told to. */
function manual(options: Partial<GroupCommitOptions<string, string>> = {}) {
  const batches: { entries: readonly string[]; finish: () => void; fail: (error: Error) => void }[] = [];
  const group = createGroupCommit<string, string>({
    commit: (entries) =>
      new Promise((resolve, reject) => {
        batches.push({ entries, finish: () => resolve(entries.map((entry) => `${entry}!`)), fail: reject });
      }),
    itemsOf: () => 1,
    bytesOf: (entry) => entry.length,
    batchItems: 3,
    batchBytes: 100,
    waitingItems: 5,
    waitingBytes: 1000,
    commits: 2,
    largeItems: 3,
    enoughItems: 3,
    together: (then) => then(),
    afterwards: setImmediate,
    ...options,
  });
  return { group, batches };
}

/** Two turns: what is done in one may be handed on to the next. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('the group commit', () => {
  it('sends the first entry at once, and gathers while it is under way', async () => {
    const { group, batches } = manual({ commits: 1 });
    const answers = ['a', 'b', 'c', 'd', 'e'].map((entry) => group.submit(entry));
    expect(batches.map((batch) => batch.entries)).toEqual([['a']]);
    batches[0]?.finish();
    await settle();
    expect(batches[1]?.entries).toEqual(['b', 'c', 'd']);
    batches[1]?.finish();
    await settle();
    batches[2]?.finish();
    expect(await Promise.all(answers)).toEqual(['a!', 'b!', 'c!', 'd!', 'e!']);
  });

  it('lets what came in together leave together, also from an idle door', async () => {
    const { group, batches } = manual({ together: setImmediate });
    const answers = ['a', 'b'].map((entry) => group.submit(entry));
    expect(batches).toEqual([]);
    await settle();
    expect(batches.map((batch) => batch.entries)).toEqual([['a', 'b']]);
    const closing = group.close();
    batches[0]?.finish();
    expect(await Promise.all(answers)).toEqual(['a!', 'b!']);
    await closing;
  });

  it('closes only behind what has not left yet', async () => {
    const { group, batches } = manual({ together: setImmediate });
    const answer = group.submit('a');
    let isClosed = false;
    const closing = group.close().then(() => (isClosed = true));
    await settle();
    expect([batches[0]?.entries, isClosed]).toEqual([['a'], false]);
    batches[0]?.finish();
    await closing;
    expect(await answer).toBe('a!');
  });

  it('sends the next batch before it answers the last one', async () => {
    const held: (() => void)[] = [];
    const { group, batches } = manual({ commits: 1, afterwards: (then) => void held.push(then) });
    let answered = false;
    void group.submit('a').then(() => (answered = true));
    void group.submit('b');
    batches[0]?.finish();
    await settle();
    expect([batches[1]?.entries, answered]).toEqual([['b'], false]);
    held[0]?.();
    await settle();
    expect(answered).toBe(true);
  });

  it('acknowledges nothing before its commit has returned', async () => {
    const { group, batches } = manual();
    let answered = false;
    const answer = group.submit('a').then(() => (answered = true));
    await settle();
    expect(answered).toBe(false);
    batches[0]?.finish();
    await answer;
    expect(answered).toBe(true);
  });

  it('cuts batches by bytes too, and lets a single large entry through', async () => {
    const { group, batches } = manual({ batchBytes: 4 });
    for (const entry of ['1', 'larger than four', '22', '22', '3']) void group.submit(entry);
    for (let i = 0; i < 4; i += 1) {
      batches[i]?.finish();
      await settle();
    }
    expect(batches.map((batch) => batch.entries)).toEqual([['1'], ['larger than four'], ['22', '22'], ['3']]);
  });

  it('starts a second commit behind a large batch, so that nobody waits for a bulk load', async () => {
    const { group, batches } = manual({ itemsOf: (entry) => (entry === 'bulk' ? 50 : 1) });
    const bulk = group.submit('bulk');
    const one = group.submit('a');
    expect(batches.map((batch) => batch.entries)).toEqual([['bulk'], ['a']]);
    batches[1]?.finish();
    expect(await one).toBe('a!');
    batches[0]?.finish();
    await bulk;
  });

  it('starts a second commit when enough wait, and never a third', async () => {
    const { group, batches } = manual({ waitingItems: 50, enoughItems: 2 });
    const answers = Array.from({ length: 12 }, (_, index) => group.submit(String(index)));
    expect(batches.map((batch) => batch.entries.length)).toEqual([1, 2]);
    for (let done = 0; done < batches.length; done += 1) {
      batches[done]?.finish();
      await settle();
    }
    expect(await Promise.all(answers)).toHaveLength(12);
  });

  it('refuses when too much is waiting', async () => {
    const { group, batches } = manual({ waitingItems: 2 });
    const taken = ['under way', 'b', 'c'].map((entry) => group.submit(entry));
    await expect(group.submit('d')).rejects.toBeInstanceOf(DoorOverloaded);
    batches[0]?.finish();
    await settle();
    batches[1]?.finish();
    await Promise.all(taken);
    expect(group.pending()).toBe(0);
  });

  it('fails the entries of a failed batch only', async () => {
    const { group, batches } = manual();
    const first = group.submit('a');
    const second = group.submit('b');
    batches[0]?.fail(new Error('disk full'));
    await expect(first).rejects.toThrow('disk full');
    batches[1]?.finish();
    expect(await second).toBe('b!');
  });

  it('closes when everything that was taken has been answered', async () => {
    const { group, batches } = manual();
    const answer = group.submit('a');
    const closing = group.close();
    await expect(group.submit('b')).rejects.toBeInstanceOf(DoorClosed);
    batches[0]?.finish();
    await closing;
    expect(await answer).toBe('a!');
  });
});
