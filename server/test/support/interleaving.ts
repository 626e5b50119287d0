// Every order in which the statements and commits of several actors can meet in the database: not some of them by chance, all of them.
import type { Db, Statement, Tx } from '../../src/platform/db.ts';
import type { TestDatabase } from './test-database.ts';

/** What an actor is about to do: one statement, or the commit of a transaction that has written. */
export interface Op {
  readonly kind: 'read' | 'write' | 'commit';
  readonly text: string;
  /** Tables that the statement names. */
  readonly touches: ReadonlySet<string>;
  /** Tables that it writes or locks; of a commit, all that the transaction has written. */
  readonly writes: ReadonlySet<string>;
}

export type Actor = (db: Db) => Promise<unknown>;

export interface Walk<World> {
  readonly database: TestDatabase;
  /** The way to the database that actors take; that of the test database when absent. */
  readonly db?: Db;
  /** The tables over which the actors can meet; all of them when absent. What touches none of these is not waited for. */
  readonly tables?: readonly string[];
  /** A new state of affairs, for each order. */
  setUp(): Promise<World>;
  /** Who meets. They begin at once. */
  actors(world: World): Readonly<Record<string, Actor>>;
  /** Throws when the end is wrong. */
  check(world: World): Promise<void>;
}

export interface Walked {
  /** Orders that were played. */
  readonly orders: number;
  /** Statements of actors that had to wait for another one's lock. */
  readonly waits: number;
  /** The first orders that ended wrong, each with what they were and why. */
  readonly wrong: readonly string[];
}

/** Orders that are said in full. */
const MOST_SAID = 3;

/**
 * Plays every order. Two orders that differ only in neighbours that cannot see each other (two reads; statements about different
 * tables; what is not committed yet) count as one: the rest is found by sleep sets, so none is left out. An actor that waits for a
 * lock of another one lets the other one go on, as in life.
 */
export async function walkInterleavings<World>(walk: Walk<World>): Promise<Walked> {
  const tables = walk.tables === undefined ? await listTables(walk.database) : new Set(walk.tables);
  const todo: Prefix[] = [{ choices: [], sleep: new Set() }];
  const wrong: string[] = [];
  let orders = 0;
  let waits = 0;
  for (let prefix = todo.pop(); prefix !== undefined; prefix = todo.pop()) {
    const world = await walk.setUp();
    const played = await play(walk, { actors: walk.actors(world), prefix, tables });
    waits += played.waits;
    for (let at = prefix.choices.length; at < played.nodes.length; at += 1)
      todo.push(...alternatives(played.nodes, at));
    if (!played.isSeen) orders += 1;
    try {
      if (played.failure !== undefined) throw played.failure;
      await walk.check(world);
    } catch (error) {
      wrong.push(sayOrder(played.nodes, error));
    }
  }
  return { orders, waits, wrong: wrong.slice(0, MOST_SAID) };
}

/** An order by its beginning; who sleeps behind it has been tried there before and has met nobody since. */
interface Prefix {
  readonly choices: readonly string[];
  readonly sleep: ReadonlySet<string>;
}

/** A moment at which somebody had to be chosen. */
interface Node {
  readonly enabled: ReadonlyMap<string, Op>;
  readonly sleep: ReadonlySet<string>;
  readonly chosen: string;
  readonly op: Op;
}

/** The other choices at one moment, each with those put to sleep who were chosen there before it. */
function alternatives(nodes: readonly Node[], at: number): Prefix[] {
  const node = nodes[at];
  if (node === undefined) return [];
  const before = nodes.slice(0, at).map(({ chosen }) => chosen);
  const tried = new Set([...node.sleep, node.chosen]);
  const prefixes: Prefix[] = [];
  for (const [name, op] of node.enabled) {
    if (tried.has(name)) continue;
    prefixes.push({ choices: [...before, name], sleep: stillAsleep(tried, node.enabled, op) });
    tried.add(name);
  }
  return prefixes;
}

function stillAsleep(
  asleep: ReadonlySet<string>,
  enabled: ReadonlyMap<string, Op>,
  done: Op,
): ReadonlySet<string> {
  return new Set(
    [...asleep].filter((name) => {
      const op = enabled.get(name);
      return op !== undefined && !canSee(op, done);
    }),
  );
}

/** Whether the order of the two can make a difference to anybody. */
function canSee(a: Op, b: Op): boolean {
  if (a.kind === 'commit' && b.kind === 'commit') return false;
  if (a.kind === 'commit') return meets(a.writes, b.touches);
  if (b.kind === 'commit') return meets(b.writes, a.touches);
  return meets(a.writes, b.writes);
}

function meets(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((table) => b.has(table));
}

interface Played {
  readonly nodes: readonly Node[];
  readonly waits: number;
  /** True when everybody who could go on was asleep: another order has shown this end. */
  readonly isSeen: boolean;
  readonly failure?: unknown;
}

async function play<World>(
  walk: Walk<World>,
  scene: {
    readonly actors: Readonly<Record<string, Actor>>;
    readonly prefix: Prefix;
    readonly tables: ReadonlySet<string>;
  },
): Promise<Played> {
  const { actors, prefix, tables } = scene;
  const stage = createStage(walk.database, Object.keys(actors));
  const running = Promise.allSettled(
    Object.entries(actors).map(async ([name, run]) => {
      try {
        await run(gated(walk.db ?? walk.database.db, { tables, gate: (op) => stage.arrive(name, op) }));
      } finally {
        stage.leave(name);
      }
    }),
  );
  const nodes: Node[] = [];
  let sleep: ReadonlySet<string> = prefix.sleep;
  let isSeen = false;
  for (;;) {
    const enabled = await stage.settle();
    if (enabled.size === 0) break;
    const awake = [...enabled.keys()].filter((name) => !sleep.has(name));
    const given = prefix.choices[nodes.length];
    // From here on it is an order that was played already; it is only brought to its end.
    if (given === undefined && awake.length === 0) isSeen = true;
    const chosen = given ?? awake[0] ?? [...enabled.keys()][0] ?? '';
    const op = enabled.get(chosen);
    if (op === undefined) {
      stage.open();
      await running;
      throw new Error(`the order cannot be played again: ${chosen} is not ready`);
    }
    if (!isSeen) nodes.push({ enabled, sleep, chosen, op });
    if (nodes.length > prefix.choices.length) sleep = stillAsleep(sleep, enabled, op);
    stage.release(chosen);
  }
  const failure = (await running).find((one) => one.status === 'rejected')?.reason as unknown;
  return { nodes, waits: stage.waits(), isSeen, ...(failure === undefined ? {} : { failure }) };
}

interface Stage {
  /** Stands there until it is this actor's turn. */
  arrive(name: string, op: Op): Promise<void>;
  leave(name: string): void;
  /** Waits until everybody stands at an op, waits for a lock, or has gone; those who stand. Empty when all have gone. */
  settle(): Promise<ReadonlyMap<string, Op>>;
  release(name: string): void;
  /** Lets everybody go on as they like. */
  open(): void;
  waits(): number;
}

function createStage(database: TestDatabase, names: readonly string[]): Stage {
  const standing = new Map<string, { readonly op: Op; readonly go: () => void }>();
  const moving = new Set(names);
  let waits = 0;
  let isOpen = false;
  let changed: (() => void) | undefined;
  const change = (): void => changed?.();
  return {
    arrive: (name, op) =>
      new Promise((go) => {
        if (isOpen) return go();
        moving.delete(name);
        standing.set(name, { op, go });
        change();
      }),
    leave(name) {
      moving.delete(name);
      change();
    },
    async settle() {
      while (moving.size > 0) {
        await new Promise<void>((resolve) => {
          changed = resolve;
          // A statement that takes longer than this may be waiting for a lock; the database says whether it is.
          setTimeout(resolve, 3);
        });
        if (moving.size === 0 || standing.size === 0) continue;
        if ((await countWaiting(database)) < moving.size) continue;
        waits += 1;
        break;
      }
      return new Map([...standing].toSorted().map(([name, { op }]) => [name, op]));
    },
    release(name) {
      const one = standing.get(name);
      standing.delete(name);
      moving.add(name);
      one?.go();
    },
    open() {
      isOpen = true;
      for (const { go } of standing.values()) go();
    },
    waits: () => waits,
  };
}

async function countWaiting(database: TestDatabase): Promise<number> {
  const [row] = await database.owner<{ count: number }>(
    `select count(distinct l.pid)::int as count from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where not l.granted and a.datname = current_database()`,
  );
  return row?.count ?? 0;
}

interface Gate {
  readonly tables: ReadonlySet<string>;
  gate(op: Op): Promise<void>;
}

/** The same database, where each statement and each commit of what was written waits for its turn. */
function gated(db: Db, { tables, gate }: Gate): Db {
  const inTurn =
    <T>(work: (tx: Tx) => Promise<T>) =>
    async (tx: Tx): Promise<T> => {
      const written = new Set<string>();
      const answer = await work(gatedTx(tx, { tables, gate }, written));
      if (written.size > 0) await gate({ kind: 'commit', text: 'commit', touches: written, writes: written });
      return answer;
    };
  return {
    ...db,
    reference: (work) => db.reference(inTurn(work)),
    inLanes: (lanes, work) => db.inLanes(lanes, inTurn(work)),
    eachLane: (rows, work) => db.eachLane(rows, (tx, own) => inTurn((inner) => work(inner, own))(tx)),
    spanLanes: (permission, lanes, work) => db.spanLanes(permission, lanes, inTurn(work)),
    async acrossLanes(exemption, work) {
      // One snapshot, taken when it begins: it stands before it, and sees all tables as they are then.
      await gate({ kind: 'read', text: `snapshot of ${exemption}`, touches: tables, writes: new Set() });
      return db.acrossLanes(exemption, work);
    },
    async lookUp(keys, statement, valuesOf) {
      const op = opOf(statement, tables);
      if (op.touches.size > 0) await gate(op);
      return db.lookUp(keys, statement, valuesOf);
    },
  };
}

function gatedTx(tx: Tx, { tables, gate }: Gate, written: Set<string>): Tx {
  const pass = async (statement: Statement): Promise<void> => {
    const op = opOf(statement, tables);
    for (const table of op.writes) written.add(table);
    if (op.touches.size > 0) await gate(op);
  };
  return {
    async rows<Row extends object>(text: Statement, values?: readonly unknown[]) {
      await pass(text);
      return tx.rows<Row>(text, values);
    },
    async one<Row extends object>(text: Statement, values?: readonly unknown[]) {
      await pass(text);
      return tx.one<Row>(text, values);
    },
    async find<Row extends object>(text: Statement, values?: readonly unknown[]) {
      await pass(text);
      return tx.find<Row>(text, values);
    },
    async exec(text, values, expected) {
      await pass(text);
      return tx.exec(text, values, expected);
    },
    async copy(text, rows) {
      await pass(text);
      return tx.copy(text, rows);
    },
    finish(text, values) {
      for (const table of opOf(text, tables).writes) written.add(table);
      tx.finish(text, values);
    },
  };
}

const WRITTEN = /\b(?:insert into|update|delete from|copy)\s+(\w+)/gi;
const LOCKING = /\bfor (?:no key )?(?:update|share)\b/i;

/** What a statement touches, by its words: a word too many makes one order more, and never one less. */
function opOf(statement: Statement, tables: ReadonlySet<string>): Op {
  const text = typeof statement === 'string' ? statement : statement.text;
  const touches = new Set(
    [...text.matchAll(/\w+/g)].map(([word]) => word).filter((word) => tables.has(word)),
  );
  const writes = LOCKING.test(text)
    ? touches
    : new Set([...text.matchAll(WRITTEN)].map((found) => found[1] ?? '').filter((word) => tables.has(word)));
  return { kind: writes.size > 0 ? 'write' : 'read', text, touches, writes };
}

async function listTables(database: TestDatabase): Promise<ReadonlySet<string>> {
  const rows = await database.owner<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  return new Set(rows.map(({ name }) => name));
}

function sayOrder(nodes: readonly Node[], error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  const steps = nodes.map(({ chosen, op }) => `  ${chosen}: ${op.text.replaceAll(/\s+/g, ' ').slice(0, 90)}`);
  return [why, ...steps].join('\n');
}
