import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAILPOINTS } from '../../src/platform/failpoint.ts';
import { freePort } from '../journeys/running-plumbline.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { readBooks } from './books.ts';
import { findFaults } from './check.ts';
import { countLost, readTold } from './model.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';
import { playRound } from './rounds.ts';
import type { Round } from './rounds.ts';
import { startOperator } from './operator.ts';
import type { SenderOrder, SenderReport } from './sender.ts';
import { readSentLog } from './sent-log.ts';
import type { World } from './traffic.ts';
import { Tree, until } from './tree.ts';
import type { TreeOptions } from './tree.ts';
import { call, moveClock, setUpWorld } from './world.ts';

export interface DrillOptions {
  readonly seed: number;
  readonly rounds: readonly Round[];
  readonly control?: NonNullable<TreeOptions['control']>;
  /** Called with a line about what is going on. */
  readonly say: (line: string) => void;
}

export interface DrillReport {
  readonly seed: number;
  /** What is wrong, in sentences; empty = green. */
  readonly faults: readonly string[];
  readonly sent: SenderReport;
  readonly events: number;
  /** Why requests had no answer, with how many. */
  readonly lost: readonly (readonly [string, number])[];
  /** Milliseconds from the kill of a worker until living workers held all lanes, by round. */
  readonly recoveries: readonly number[];
}

/** When the hold of what was earned is over: from here on every turn of the release step has work. */
const RELEASE_DAY = '2026-03-05T00:00:00Z';

/** All rounds that there are: every failpoint in three ways, and every part killed at any moment. */
export function allRounds(): Round[] {
  const ways = ['itself', 'postgres', 'tree'] as const;
  // Nobody in the drill tells files: imports have a kill test of their own (imports/resume.db.test.ts).
  const named = FAILPOINTS.filter((at) => !at.startsWith('imports:')).flatMap((at) =>
    ways.map((kills): Round => ({ kind: 'failpoint', at, kills })),
  );
  const anywhere = (['api', 'worker', 'postgres', 'backend', 'connections', 'tree'] as const).map(
    (kills): Round => ({
      kind: 'anywhere',
      kills,
    }),
  );
  const workers = (
    ['second-worker', 'second-worker', 'frozen-worker', 'recovery', 'recovery', 'recovery'] as const
  ).map((kind): Round => ({ kind }));
  return [...named, ...anywhere, ...workers];
}

/** Starts a Plumbline of its own, lets the sender talk to it, plays the rounds, lets everything come to rest, and checks. */
export async function runDrill(options: DrillOptions): Promise<DrillReport> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-drill-')));
  const tree = new Tree({
    folder,
    port: await freePort(),
    ...(options.control === undefined ? {} : { control: options.control }),
  });
  const receiver = await startReceiver();
  let sender: SenderProcess | undefined;
  let faults: readonly string[] | undefined;
  try {
    await tree.start();
    const world = await setUpWorld(tree.url, receiver.url);
    const log = join(folder, 'sent.log');
    sender = startSender({ kind: 'open', world, url: tree.url, log, seed: options.seed });
    sender.tell({ kind: 'go' });
    // A product that is wrong on purpose loses what the operator waits for; the controls are about what the sender told.
    const operator =
      options.control === undefined
        ? startOperator(tree.url, world, createRandom(options.seed ^ 0x1b873593))
        : undefined;
    const recoveries = await playRounds({ tree, world, ...options });
    const worked = (await operator?.rest()) ?? { made: 0, faults: [] };
    options.say(`${worked.made} change sets were applied, released and taken back`);
    const sent = await sender.rest();
    const checked = await check({ tree, world, receiver, log });
    faults = [...worked.faults, ...checked.faults];
    return { seed: options.seed, faults, sent, events: checked.events, lost: checked.lost, recoveries };
  } finally {
    sender?.process.kill('SIGKILL');
    // How it stops well is tried elsewhere (journeys/start-stop.test.ts).
    await tree.killAll();
    await receiver.close();
    if (faults?.length === 0 || options.control !== undefined)
      rmSync(folder, { recursive: true, force: true });
    else options.say(`what is left to look at: ${folder}`);
  }
}

async function playRounds(parts: DrillOptions & { tree: Tree; world: World }): Promise<number[]> {
  const { tree, world, rounds, say } = parts;
  const random: Random = createRandom(parts.seed ^ 0x2545f491);
  const recoveries: number[] = [];
  // From the first third on, holds run out, so that the release step has something to be struck at.
  const releaseAt = rounds.findIndex(
    (round) => round.kind === 'failpoint' && round.at === 'release:before-commit',
  );
  for (const [index, round] of rounds.entries()) {
    const started = performance.now();
    const released =
      index === Math.max(0, releaseAt) ? moveClock(tree.url, world.programId, RELEASE_DAY) : undefined;
    const recovery = await playRound({ tree, random, round });
    await released;
    // A frozen worker keeps what a dead one cannot: its open transaction. So it is no measure of the way back from a kill.
    if (recovery !== undefined && round.kind !== 'frozen-worker') recoveries.push(recovery);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(
      `round ${index + 1}/${rounds.length}: ${describeRound(round)}, ${seconds} s${recovery === undefined ? '' : `, lanes taken over after ${(recovery / 1000).toFixed(1)} s`}`,
    );
  }
  return recoveries;
}

export function describeRound(round: Round): string {
  switch (round.kind) {
    case 'failpoint':
      return `${round.at}: kill -9 of ${round.kills === 'itself' ? 'the process that came by' : `the ${round.kills}`}`;
    case 'anywhere':
      return round.kills === 'connections'
        ? 'at any moment: all connections are cut'
        : `at any moment: kill -9 of the ${round.kills}`;
    case 'second-worker':
      return 'two workers: kill -9 of one of them';
    case 'frozen-worker':
      return 'two workers: one stands still, is followed, and wakes up';
    case 'recovery':
      return 'kill -9 of the only worker';
  }
}

interface SenderProcess {
  readonly process: ChildProcess;
  tell(order: SenderOrder): void;
  rest(): Promise<SenderReport>;
}

function startSender(open: SenderOrder): SenderProcess {
  const child = fork(new URL('sender.ts', import.meta.url).pathname, [], {
    env: { PATH: process.env['PATH'] },
    execArgv: [],
  });
  const tell = (order: SenderOrder): void => void child.send(order);
  tell(open);
  return {
    process: child,
    tell,
    rest: () =>
      new Promise((resolve, reject) => {
        child.once('message', (message) => resolve(message as SenderReport));
        child.once('exit', (code) => reject(new Error(`the sender ended with code ${code}`)));
        tell({ kind: 'rest' });
      }),
  };
}

/** Lets everything come to rest, then compares log and books, and asks the product to prove itself. */
async function check(parts: {
  tree: Tree;
  world: World;
  receiver: Receiver;
  log: string;
}): Promise<{ faults: string[]; events: number; lost: [string, number][] }> {
  const { tree, world, receiver, log } = parts;
  const quiesced = await call(tree.url, 'POST', '/v1/quiesce', { timeoutSeconds: 60 });
  const own: string[] =
    quiesced['drained'] === true ? [] : [`the lanes do not drain: ${JSON.stringify(quiesced['left'])}`];
  await moveClock(tree.url, world.programId, '2026-03-06T00:00:00Z');
  try {
    await until(
      'all webhooks are delivered',
      async () => (await readBooks(tree.databaseUrl())).webhooks.every(({ state }) => state === 'delivered'),
      45_000,
    );
  } catch {
    own.push('webhooks are still not delivered');
  }
  const lines = readSentLog(log);
  const { told, complaints } = readTold(lines);
  const books = await readBooks(tree.databaseUrl());
  const faults = findFaults({ world, told, books, received: receiver.received });
  const conservation = await call(tree.url, 'GET', '/v1/conservation');
  if (conservation['holds'] !== true)
    own.push(`conservation does not hold: ${JSON.stringify(conservation['total'])}`);
  const ledger = await call(tree.url, 'GET', '/v1/ledger/check');
  if (ledger['ok'] !== true) own.push(`the books do not check: ${JSON.stringify(ledger['checks'])}`);
  const verify = tree.run(['verify']);
  if (verify.status !== 0) own.push(`plumbline verify: ${verify.output.slice(-1_500)}`);
  return { faults: [...own, ...complaints, ...faults], events: books.events.length, lost: countLost(lines) };
}
