// Several processes behind one port are one server: what one of them did, the next request, which another may get, must see.
import { isSiblingMessage } from './messages.ts';
import type { SiblingMessage } from './messages.ts';

/** The other processes of the same part on this machine. Alone there are none, and asking costs nothing. */
export interface Siblings {
  /**
   * Asks every other process, and answers with what they said. One that says nothing within two seconds is left out:
   * it is ending, or it is stuck, and a request must not wait for that.
   */
  ask(topic: string, question?: unknown): Promise<readonly unknown[]>;
  /** What this process does when it is asked. What it returns must be plain data. */
  answer(topic: string, how: (question: unknown) => Promise<unknown>): void;
  close(): void;
}

/** How long the answers of the others are waited for, in milliseconds. */
const PATIENCE_MS = 2_000;

/** A channel to whoever started this process; a test may hand in its own. */
export interface Channel {
  send(message: SiblingMessage): void;
  onMessage(listener: (message: unknown) => void): () => void;
}

/** Nobody beside this process. */
export const NO_SIBLINGS: Siblings = {
  ask: async () => [],
  answer: () => undefined,
  close: () => undefined,
};

/** Opens the line to the siblings over the channel to their common supervisor, which hands on (relay.ts). */
export function openSiblings(channel: Channel): Siblings {
  const topics = new Map<string, (question: unknown) => Promise<unknown>>();
  const waiting = new Map<number, (answers: readonly unknown[]) => void>();
  let asked = 0;
  const stop = channel.onMessage((message) => {
    if (!isSiblingMessage(message)) return;
    if (message.kind === 'answers') waiting.get(message.id)?.(message.answers);
    if (message.kind === 'asked') void reply(channel, topics.get(message.topic), message);
  });
  return {
    ask(topic, question) {
      asked += 1;
      const id = asked;
      return new Promise((resolve) => {
        const settle = (answers: readonly unknown[]): void => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(answers);
        };
        // The supervisor waits as long as we would; this is for one that does not answer at all.
        const timer = setTimeout(() => settle([]), 2 * PATIENCE_MS);
        waiting.set(id, settle);
        channel.send({ kind: 'ask', id, topic, question });
      });
    },
    answer: (topic, how) => void topics.set(topic, how),
    close() {
      stop();
      for (const settle of waiting.values()) settle([]);
    },
  };
}

async function reply(
  channel: Channel,
  how: ((question: unknown) => Promise<unknown>) | undefined,
  asked: Extract<SiblingMessage, { kind: 'asked' }>,
): Promise<void> {
  try {
    const answer = await how?.(asked.question);
    channel.send({ kind: 'answered', id: asked.id, ...(answer === undefined ? {} : { answer }) });
  } catch {
    channel.send({ kind: 'answered', id: asked.id });
  }
}

/** The channel of a process that was started by a supervisor. */
export function parentChannel(): Channel {
  return {
    send(message) {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage(listener) {
      process.on('message', listener);
      return () => process.off('message', listener);
    },
  };
}

/** One member of a group, as the supervisor sees it. */
export interface Member {
  send(message: SiblingMessage): void;
}

/** Hands questions on between the members of a group and their answers back. */
export interface Relay {
  /** A member that can be asked from now on. */
  join(member: Member): void;
  /** A member that is gone: nobody waits for it any more. */
  leave(member: Member): void;
  /** What a member said. */
  hear(member: Member, message: unknown): void;
}

interface Question {
  readonly asker: Member;
  readonly id: number;
  readonly open: Set<Member>;
  readonly answers: unknown[];
  readonly timer: NodeJS.Timeout;
}

export function createRelay(): Relay {
  const members = new Set<Member>();
  const questions = new Map<number, Question>();
  let count = 0;
  const end = (key: number): void => {
    const question = questions.get(key);
    if (question === undefined) return;
    questions.delete(key);
    clearTimeout(question.timer);
    question.asker.send({ kind: 'answers', id: question.id, answers: question.answers });
  };
  const tick = (key: number, member: Member): void => {
    const question = questions.get(key);
    if (question?.open.delete(member) === true && question.open.size === 0) end(key);
  };
  const ask = (asker: Member, { id, topic, question }: Extract<SiblingMessage, { kind: 'ask' }>): void => {
    count += 1;
    const key = count;
    const open = new Set([...members].filter((member) => member !== asker));
    const timer = setTimeout(() => end(key), PATIENCE_MS);
    questions.set(key, { asker, id, open, answers: [], timer });
    for (const member of open) member.send({ kind: 'asked', id: key, topic, question });
    if (open.size === 0) end(key);
  };
  return {
    join: (member) => void members.add(member),
    leave(member) {
      members.delete(member);
      for (const key of questions.keys()) tick(key, member);
    },
    hear(member, message) {
      if (!isSiblingMessage(message)) return;
      if (message.kind === 'ask') ask(member, message);
      if (message.kind !== 'answered') return;
      if (message.answer !== undefined) questions.get(message.id)?.answers.push(message.answer);
      tick(message.id, member);
    },
  };
}
