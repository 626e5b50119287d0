/**
 * The places where a fault drill may stop the process. Each stands at a border between two writes, where a crash is
 * most likely to lose or double something.
 */
export const FAILPOINTS = [
  'intake:before-commit',
  'intake:after-commit',
  'evidence:after-intent',
  'evidence:after-send',
  'evidence:before-cursor',
  'merge:after-edge',
  'merge:after-read',
  'customer:before-commit',
  'customer:after-commit',
  'customer:after-send',
  'partner:before-commit',
  'partner:after-commit',
  'lease:takeover',
  'release:before-commit',
  'period:before-commit',
  'review:before-commit',
  'payout:before-commit',
  'outbound:before-record',
  'partners:before-move',
  'imports:before-progress',
  'imports:after-progress',
  'reassignment:before-commit',
  'move-set:before-commit',
  'deal-set:before-commit',
  'rates-set:before-commit',
] as const;

export type FailpointName = (typeof FAILPOINTS)[number];

/** What happens at the nth pass: the process kills itself, stands still for ever, or an error is thrown. */
export interface FailpointOrder {
  readonly action: 'kill' | 'pause' | 'throw';
  /** 1 = the first pass. */
  readonly pass: number;
}

/** Thrown by the action `throw`. */
export class FailpointHit extends Error {
  constructor(name: string) {
    super(`failpoint ${name} was told to throw`);
    this.name = 'FailpointHit';
  }
}

type Hook = (name: FailpointName) => Promise<void> | void;

const DONE: Promise<void> = Promise.resolve();
const passes = new Map<FailpointName, number>();
let hook: Hook | undefined;
let orders = readOrders(process.env['PLUMBLINE_FAILPOINTS']);

/**
 * Does nothing, at the cost of two comparisons, unless the environment variable PLUMBLINE_FAILPOINTS names the place
 * (`name=kill:3,other=pause`) or a test has set a hook.
 */
export function failpoint(name: FailpointName): Promise<void> {
  if (orders === undefined && hook === undefined) return DONE;
  return hit(name);
}

/** Tests only: called at every failpoint, and awaited; undefined takes it away. */
export function setFailpointHook(next: Hook | undefined): void {
  hook = next;
}

/** Tests only: arms failpoints as the environment would, and counts passes from one again. */
export function armFailpoints(text: string | undefined): void {
  passes.clear();
  orders = readOrders(text);
}

/** Reads `name=action[:pass],...`. Throws a RangeError on an unknown name or action: a drill that misses proves nothing. */
export function parseFailpoints(text: string): ReadonlyMap<FailpointName, FailpointOrder> {
  const read = new Map<FailpointName, FailpointOrder>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const found = /^([a-z:-]+)=(kill|pause|throw)(?::([1-9]\d{0,8}))?$/.exec(entry);
    const name = FAILPOINTS.find((known) => known === found?.[1]);
    if (found === null || name === undefined) {
      throw new RangeError(
        `PLUMBLINE_FAILPOINTS: "${entry}" is not name=kill|pause|throw[:pass] with a name of ${FAILPOINTS.join(', ')}`,
      );
    }
    read.set(name, { action: found[2] as FailpointOrder['action'], pass: Number(found[3] ?? 1) });
  }
  return read;
}

function readOrders(text: string | undefined): ReadonlyMap<FailpointName, FailpointOrder> | undefined {
  const read = text === undefined ? undefined : parseFailpoints(text);
  return read !== undefined && read.size > 0 ? read : undefined;
}

async function hit(name: FailpointName): Promise<void> {
  await hook?.(name);
  const order = orders?.get(name);
  if (order === undefined) return;
  const pass = (passes.get(name) ?? 0) + 1;
  passes.set(name, pass);
  if (pass !== order.pass) return;
  // Written synchronously, because after a kill nothing is flushed any more and the drill wants to know where it struck.
  process.stderr.write(`failpoint ${name}: ${order.action} at pass ${pass}\n`);
  if (order.action === 'throw') throw new FailpointHit(name);
  if (order.action === 'kill') process.kill(process.pid, 'SIGKILL');
  await new Promise<never>(() => {
    // Never settled: a killed process must not take one more step, and a paused one waits to be killed.
  });
}
