// Many waiting requests share one commit: while one is on its way, the next batch gathers by itself. Pure of clocks and
// timers: a batch leaves when there is room for it, so an idle door adds no delay and a busy one grows its batches.
// The next batch leaves before the last one is answered: answering it keeps this process busy for as long as the database would
// otherwise have nothing to do (6 % more single events a second than the other way round, and half the slowest of a hundred).
// Behind a small batch the next one gathers until it is stored or enough wait: two at once with few in each cost a quarter more
// processor time (of 64 senders, 166 us an event with 16 as enough, 151 with 32). An idle door waits until what came in together is
// read: else the first of a burst left alone, and its transaction costs as much as that of thirty. Behind a large one a second one starts at once:
// batches of 100 came in half as fast again.

/** Too much is waiting already; the sender must come again later (503). */
export class DoorOverloaded extends Error {
  constructor() {
    super('too many deliveries wait to be stored');
    this.name = 'DoorOverloaded';
  }
}

/** The door is being closed; nothing more is taken (503). */
export class DoorClosed extends Error {
  constructor() {
    super('the door is closing');
    this.name = 'DoorClosed';
  }
}

export interface GroupCommitOptions<T, R> {
  /** Stores a batch and answers each entry, in order; called again only when one of the commits under way has returned. */
  readonly commit: (batch: readonly T[]) => Promise<readonly R[]>;
  readonly itemsOf: (entry: T) => number;
  readonly bytesOf: (entry: T) => number;
  /** Most items and bytes of one batch; an entry that is larger goes alone. */
  readonly batchItems: number;
  readonly batchBytes: number;
  /** Most items and bytes that may wait, beside those under way. */
  readonly waitingItems: number;
  readonly waitingBytes: number;
  /** Commits under way at once, at most. */
  readonly commits: number;
  /** A batch of so many items does not keep the next one waiting. */
  readonly largeItems: number;
  /** Behind a small batch the next one leaves at once when so many items wait for it. */
  readonly enoughItems: number;
  /** Calls back when what came in together with an entry is read. */
  readonly together: (then: () => void) => void;
  /** Calls back when the next batch is on its way to the database. */
  readonly afterwards: (then: () => void) => void;
}

export interface GroupCommit<T, R> {
  /** Resolves when the entry is stored, never before. Throws DoorOverloaded and DoorClosed at once. */
  submit(entry: T): Promise<R>;
  /** Items that wait or are on their way. */
  pending(): number;
  /** Takes nothing new and resolves when everything that was taken is stored or refused. */
  close(): Promise<void>;
}

interface Waiting<T, R> {
  readonly entry: T;
  readonly items: number;
  readonly bytes: number;
  readonly resolve: (answer: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Opens a group commit. Order is kept: an entry is never in a later batch than one that was submitted after it. */
export function createGroupCommit<T, R>(options: GroupCommitOptions<T, R>): GroupCommit<T, R> {
  const queue: Waiting<T, R>[] = [];
  let waitingItems = 0;
  let waitingBytes = 0;
  let movingItems = 0;
  let underWay = 0;
  let smallUnderWay = 0;
  let isDue = false;
  let closed = false;
  let onIdle: (() => void) | undefined;

  function takeBatch(): Waiting<T, R>[] {
    let items = 0;
    let bytes = 0;
    let count = 0;
    for (const next of queue) {
      if (count > 0 && (items + next.items > options.batchItems || bytes + next.bytes > options.batchBytes))
        break;
      items += next.items;
      bytes += next.bytes;
      count += 1;
    }
    waitingItems -= items;
    waitingBytes -= bytes;
    movingItems += items;
    return queue.splice(0, count);
  }

  async function send(batch: readonly Waiting<T, R>[]): Promise<void> {
    const items = batch.reduce((sum, one) => sum + one.items, 0);
    const small = items < options.largeItems ? 1 : 0;
    underWay += 1;
    smallUnderWay += small;
    const settle = await options.commit(batch.map((one) => one.entry)).then(
      (answers) => () => {
        for (const [index, one] of batch.entries()) one.resolve(answers[index] as R);
      },
      (error: unknown) => () => {
        for (const one of batch) one.reject(error);
      },
    );
    underWay -= 1;
    smallUnderWay -= small;
    movingItems -= items;
    options.afterwards(settle);
    pump();
  }

  function hasRoom(): boolean {
    if (underWay === 0) return true;
    return underWay < options.commits && (smallUnderWay === 0 || waitingItems >= options.enoughItems);
  }

  /** Not at once: what came in with this entry is still being read, and the first of many would leave alone. */
  function pumpSoon(): void {
    if (isDue || !hasRoom()) return;
    isDue = true;
    options.together(() => {
      isDue = false;
      pump();
    });
  }

  function pump(): void {
    while (queue.length > 0 && hasRoom()) void send(takeBatch());
    if (underWay === 0 && queue.length === 0) onIdle?.();
  }

  return {
    submit(entry) {
      if (closed) return Promise.reject(new DoorClosed());
      const items = options.itemsOf(entry);
      const bytes = options.bytesOf(entry);
      const full = waitingItems + items > options.waitingItems || waitingBytes + bytes > options.waitingBytes;
      if (full && queue.length > 0) return Promise.reject(new DoorOverloaded());
      return new Promise<R>((resolve, reject) => {
        queue.push({ entry, items, bytes, resolve, reject });
        waitingItems += items;
        waitingBytes += bytes;
        pumpSoon();
      });
    },
    pending: () => waitingItems + movingItems,
    async close() {
      closed = true;
      if (underWay === 0 && queue.length === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    },
  };
}
