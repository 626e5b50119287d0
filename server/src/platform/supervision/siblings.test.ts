import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRelay, openSiblings } from './siblings.ts';
import type { Member, Siblings } from './siblings.ts';

/** A relay with members that talk to it without processes. */
function group(size: number) {
  const relay = createRelay();
  const made = Array.from({ length: size }, () => {
    const inbox = new EventEmitter();
    const member: Member = { send: (message) => void setImmediate(() => inbox.emit('message', message)) };
    const siblings = openSiblings({
      send: (message) => void setImmediate(() => relay.hear(member, message)),
      onMessage(listener) {
        inbox.on('message', listener);
        return () => inbox.off('message', listener);
      },
    });
    relay.join(member);
    return { member, siblings };
  });
  return { relay, members: made.map(({ member }) => member), siblings: made.map((one) => one.siblings) };
}

const only = (siblings: readonly Siblings[], index: number): Siblings => siblings[index]!;

describe('processes behind one port', () => {
  afterEach(() => void vi.useRealTimers());

  it('ask all others and not themselves, and get what each of them says', async () => {
    const { siblings } = group(3);
    for (const [index, one] of siblings.entries()) one.answer('count', async (by) => index * Number(by));
    expect((await only(siblings, 0).ask('count', 10)).toSorted()).toEqual([10, 20]);
    expect((await only(siblings, 2).ask('count', 1)).toSorted()).toEqual([0, 1]);
  });

  it('resolve only when the others have done what they were asked', async () => {
    const { siblings } = group(2);
    let done = false;
    only(siblings, 1).answer('look', async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      done = true;
    });
    expect(await only(siblings, 0).ask('look')).toEqual([]);
    expect(done).toBe(true);
  });

  it('keep apart questions that are under way at once', async () => {
    const { siblings } = group(2);
    only(siblings, 1).answer('echo', async (what) => what);
    const asked = Array.from({ length: 50 }, (_, index) => only(siblings, 0).ask('echo', index));
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 50 }, (_, index) => [index]));
  });

  it('take no answer from one that fails, or that knows no such question, and do not wait for it', async () => {
    const { siblings } = group(3);
    only(siblings, 1).answer('count', async () => {
      throw new Error('broken');
    });
    expect(await only(siblings, 0).ask('count')).toEqual([]);
  });

  it('stop waiting for one that ends meanwhile', async () => {
    const { relay, members, siblings } = group(2);
    only(siblings, 1).answer('count', () => new Promise(() => undefined));
    const answers = only(siblings, 0).ask('count');
    await new Promise((resolve) => setTimeout(resolve, 10));
    relay.leave(members[1]!);
    expect(await answers).toEqual([]);
  });

  it('wait two seconds for one that is stuck, and then answer with what the others said', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { siblings } = group(3);
    only(siblings, 1).answer('count', async () => 1);
    only(siblings, 2).answer('count', () => new Promise(() => undefined));
    let answers: readonly unknown[] | undefined;
    void only(siblings, 0)
      .ask('count')
      .then((said) => (answers = said));
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(1_900);
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(answers).toBeUndefined();
    vi.advanceTimersByTime(200);
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(answers).toEqual([1]);
  });

  it('answer at once where there is nobody else', async () => {
    const { siblings } = group(1);
    expect(await only(siblings, 0).ask('count')).toEqual([]);
  });
});
