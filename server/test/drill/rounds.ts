import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { FailpointName } from '../../src/platform/failpoint.ts';
import type { Random } from './random.ts';
import { until } from './tree.ts';
import type { Tree } from './tree.ts';

/** One blow, and the recovery from it. */
export type Round =
  /** At a named place: the process that comes by kills itself; or it stands there while it, the database or everything is killed. */
  | {
      readonly kind: 'failpoint';
      readonly at: FailpointName;
      readonly kills: 'itself' | 'process' | 'postgres' | 'tree';
    }
  /** `backend`: one server process of PostgreSQL, after which it recovers by itself; `connections`: all are cut. */
  | { readonly kind: 'anywhere'; readonly kills: Anywhere }
  | { readonly kind: 'second-worker' }
  | { readonly kind: 'frozen-worker' }
  | { readonly kind: 'recovery' };

export type Anywhere = 'api' | 'worker' | 'postgres' | 'backend' | 'connections' | 'tree';

interface Play {
  readonly tree: Tree;
  readonly random: Random;
}

/** Plays one round and waits until Plumbline is ready again. The answer: milliseconds of a takeover, where one is measured. */
export async function playRound({ round, ...play }: Play & { round: Round }): Promise<number | undefined> {
  switch (round.kind) {
    case 'failpoint':
      return strikeAt(play, round);
    case 'anywhere':
      return strikeAnywhere(play, round.kills);
    case 'second-worker':
      return killSecondWorker(play);
    case 'frozen-worker':
      return freezeSecondWorker(play);
    case 'recovery':
      return killOnlyWorker(play);
  }
}

async function strikeAt(
  { tree, random }: Play,
  { at, kills }: Extract<Round, { kind: 'failpoint' }>,
): Promise<undefined> {
  // A worker passes the takeover once in its life, and change sets are few; all other places are passed all the time.
  const isRare =
    at === 'lease:takeover' || /^(merge|reassignment|review|partners|move-set|deal-set|rates-set):/.test(at);
  const pass = isRare ? 1 : 1 + random.below(6);
  tree.order(at, { action: kills === 'itself' ? 'kill' : 'stand', pass });
  if (at === 'lease:takeover') await tree.kill('worker');
  await until(`somebody comes by ${at}`, async () => tree.struck(at) !== undefined, 90_000);
  // Answers that had already left are on their way: the sender shall read them before the connection breaks.
  if (kills !== 'itself') await wait(150);
  if (kills === 'process') process.kill(tree.struck(at) ?? 0, 'SIGKILL');
  if (kills === 'postgres') {
    await tree.kill('postgres');
    tree.letGo();
  }
  if (kills === 'tree') {
    await tree.killAll();
    await tree.start();
  }
  tree.withdraw(at);
  await tree.untilReady();
}

async function strikeAnywhere({ tree, random }: Play, kills: Anywhere): Promise<undefined> {
  await wait(random.below(700));
  if (kills === 'tree') {
    await tree.killAll();
    await tree.start();
  } else if (kills === 'backend' || kills === 'connections') await strikeConnections({ tree, random }, kills);
  else await tree.kill(kills);
  await tree.untilReady();
}

async function strikeConnections({ tree, random }: Play, kills: 'backend' | 'connections'): Promise<void> {
  const client = new pg.Client({ connectionString: tree.databaseUrl() });
  client.on('error', () => undefined);
  await client.connect();
  const others = `from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`;
  if (kills === 'connections') await client.query(`select pg_terminate_backend(pid) ${others}`);
  else {
    const { rows } = await client.query<{ pid: number }>(`select pid ${others} order by state = 'idle', pid`);
    process.kill(random.pick(rows.slice(0, 4)).pid, 'SIGKILL');
  }
  await client.end().catch(() => undefined);
}

/** A second worker takes its share, kills itself in the middle of it, and the first one follows. */
async function killSecondWorker({ tree, random }: Play): Promise<number> {
  const place = random.pick<FailpointName>([
    'evidence:after-intent',
    'evidence:before-cursor',
    'customer:before-commit',
    'customer:after-commit',
  ]);
  const leases = await watchLeases(tree.databaseUrl());
  try {
    const first = await leases.untilSole();
    const worker = tree.startWorker(`${place}=kill:${4 + random.below(4)}`);
    const second = await leases.untilAnother(first);
    await until('the second worker has killed itself', async () => worker.signalCode === 'SIGKILL');
    return await leases.untilFollowed(second);
  } finally {
    await leases.close();
  }
}

/** A worker that stands still for longer than its lease wakes up and still believes that its lanes are its own. */
async function freezeSecondWorker({ tree, random }: Play): Promise<number> {
  const leases = await watchLeases(tree.databaseUrl());
  const first = await leases.untilSole();
  const worker = tree.startWorker();
  try {
    const second = await leases.untilAnother(first);
    await wait(random.below(700));
    worker.kill('SIGSTOP');
    const followed = await leases.untilFollowed(second);
    worker.kill('SIGCONT');
    await leases.untilAnother(first);
    return followed;
  } finally {
    worker.kill('SIGCONT');
    worker.kill('SIGKILL');
    await leases.close();
  }
}

/** The supervisor starts another one, which takes the lanes of the dead when their leases run out. */
async function killOnlyWorker({ tree, random }: Play): Promise<number> {
  const leases = await watchLeases(tree.databaseUrl());
  try {
    const only = await leases.untilSole();
    await wait(random.below(500));
    await tree.kill('worker');
    return await leases.untilFollowed(only);
  } finally {
    await leases.close();
  }
}

interface LeaseWatch {
  /** Waits until one worker holds all lanes and is seen to renew them, which the dead do not. Answers who. */
  untilSole(): Promise<string>;
  /** Waits until somebody else holds lanes, too. Answers who. */
  untilAnother(known: string): Promise<string>;
  /** Milliseconds until the dead owner holds no lane any more and somebody holds each. */
  untilFollowed(dead: string): Promise<number>;
  close(): Promise<void>;
}

interface LeaseRow {
  readonly owner: string | null;
  readonly expires: number;
}

async function watchLeases(databaseUrl: string): Promise<LeaseWatch> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  const text =
    'select owner, extract(epoch from expires_at)::float8 as expires from lane_lease order by lane_group';
  const read = async (): Promise<LeaseRow[]> => (await client.query<LeaseRow>(text)).rows;
  return {
    async untilSole() {
      let before: LeaseRow | undefined;
      let sole: string | undefined;
      await until('one worker holds all lanes', async () => {
        const rows = await read();
        const [row] = rows;
        const isSole =
          row !== undefined && row.owner !== null && rows.every(({ owner }) => owner === row.owner);
        if (isSole && before?.owner === row.owner && before.expires < row.expires)
          sole = row.owner ?? undefined;
        before = isSole ? (before?.owner === row.owner ? before : row) : undefined;
        return sole !== undefined;
      });
      return sole ?? '';
    },
    async untilAnother(known) {
      let other: string | undefined;
      await until('another worker has its share', async () => {
        other = (await read()).find(({ owner }) => owner !== null && owner !== known)?.owner ?? undefined;
        return other !== undefined;
      });
      return other ?? '';
    },
    async untilFollowed(dead) {
      const start = performance.now();
      await until('the lanes are taken over', async () =>
        (await read()).every(({ owner }) => owner !== null && owner !== dead),
      );
      return performance.now() - start;
    },
    close: () => client.end(),
  };
}
