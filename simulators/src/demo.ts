// `npm run demo`: a simulated broker, and the product that follows it from the click to the ledger.
import { setTimeout as wait } from 'node:timers/promises';
import { createApi } from './demo/api.ts';
import type { Api } from './demo/api.ts';
import { Broker } from './demo/broker.ts';
import { closeBooks, findExample } from './demo/closing.ts';
import { Figures } from './demo/figures.ts';
import { parseOptions, USAGE } from './demo/options.ts';
import type { DemoOptions } from './demo/options.ts';
import { takeWorkerAway } from './demo/outage.ts';
import { playStory } from './demo/play.ts';
import { Polling } from './demo/polling.ts';
import { DemoProblem, Product } from './demo/product.ts';
import { Screen } from './demo/screen.ts';
import { makeVisitor, setUpWorld } from './demo/set-up.ts';
import type { World } from './demo/set-up.ts';
import { tellStory } from './demo/story.ts';
import type { Story } from './demo/story.ts';
import { DAY_MS } from './demo/structure.ts';
import { Tally } from './demo/tally.ts';
import { DealBook, Mt5Server } from './mt5/index.ts';

const MANAGER = { login: '1000', password: 'Password1' };
const LONG_STORY_MS = 28 * DAY_MS;
const SHORT_STORY_MS = 7 * DAY_MS;
/** Shorter demos tell a shorter story, so that a moment of them is not longer than a day. */
const SHORT_MINUTES = 0.5;
const MOST_OUTAGE_MS = 6_000;
const SWEEPS_AT = [0.3, 0.6, 0.85];
const OUTAGE_AT = 0.45;

/** Everything that has to be ended. */
interface Running {
  product?: Product;
  platform?: Mt5Server;
  broker?: Broker;
}

async function runDemo(options: DemoOptions, screen: Screen, stopping: AbortController): Promise<boolean> {
  const running: Running = {};
  try {
    screen.say('Starting Plumbline on a data folder of its own ...');
    const product = await Product.start(options.dataFolder);
    running.product = product;
    void watch(product, stopping);
    const isGood = await followBroker({ options, screen, product, running, signal: stopping.signal });
    if (options.keep) await lookAround(product, screen, stopping.signal);
    return isGood;
  } finally {
    await running.broker?.close();
    await running.platform?.close();
    await running.product?.stop();
  }
}

/** Ends the story when the product ends and nobody asked it to. */
async function watch(product: Product, stopping: AbortController): Promise<void> {
  await product.ended();
  if (product.isStopping) return;
  stopping.abort(
    new DemoProblem(`Plumbline has ended unasked; its last words are in ${product.dataFolder}/server.log`),
  );
}

interface Stage {
  readonly options: DemoOptions;
  readonly screen: Screen;
  readonly product: Product;
  readonly running: Running;
  readonly signal: AbortSignal;
}

async function followBroker(stage: Stage): Promise<boolean> {
  const { options, screen, product, running, signal } = stage;
  const api = createApi(product.url, product.key);
  const lastsMs = options.minutes * 60_000;
  const spanMs = options.minutes < SHORT_MINUTES ? SHORT_STORY_MS : LONG_STORY_MS;
  const beginsMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - spanMs;
  const story = tellStory({ seed: options.seed, events: (options.rate * lastsMs) / 1000, spanMs });
  const world = await setUpWorld(api, product.url, new Date(beginsMs).toISOString());
  const hasConsole = await makeVisitor(api, product.signIn);
  sayWelcome({ stage, hasConsole, story, spanMs });
  const platform = new Mt5Server({
    managers: { [MANAGER.login]: MANAGER.password },
    book: new DealBook(),
    seed: options.seed,
  });
  running.platform = platform;
  const serverUrl = await platform.listen();
  platform.faults.setRates({
    http_503: 0.02,
    drop: 0.01,
    hang: 0.002,
    too_frequent: 0.01,
    shuffled: 0.3,
    duplicate: 0.1,
  });
  const tally = new Tally();
  const broker = new Broker({ api, world, platform, tally, seed: options.seed, beginsMs, signal });
  running.broker = broker;
  await performStory({ stage, api, world, story, broker, tally, serverUrl, lastsMs, spanMs, beginsMs });
  const isGood = await closeBooks({ api, product, world, screen });
  await sayWhereToLook({ api, product, screen, hasConsole, options });
  return isGood;
}

interface Performance {
  readonly stage: Stage;
  readonly api: Api;
  readonly world: World;
  readonly story: Story;
  readonly broker: Broker;
  readonly tally: Tally;
  readonly serverUrl: string;
  readonly lastsMs: number;
  readonly spanMs: number;
  readonly beginsMs: number;
}

async function performStory(told: Performance): Promise<void> {
  const { stage, api, tally, broker, lastsMs, spanMs, beginsMs } = told;
  const { screen, product, signal } = stage;
  let clockMs = beginsMs;
  let share = 0;
  const polling = new Polling({
    api,
    serverUrl: told.serverUrl,
    ...MANAGER,
    tally,
    beginsMs,
    signal,
    nowMs: () => clockMs,
  });
  polling.start();
  const figures = new Figures({ api, screen, tally, broker, polling, lastsMs });
  const asides: Promise<void>[] = [];
  const plan = [
    ...SWEEPS_AT.map((at) => ({ at, run: () => polling.sweep().catch(() => undefined) })),
    { at: OUTAGE_AT, run: () => takeWorkerAway(product, screen, Math.min(MOST_OUTAGE_MS, lastsMs / 6)) },
  ].sort((a, b) => a.at - b.at);
  screen.head('The broker is at work');
  await playStory({
    story: told.story,
    broker,
    api,
    programId: told.world.programId,
    beginsMs,
    spanMs,
    lastsMs,
    signal,
    onMoment: (reached, at) => {
      share = reached;
      clockMs = at;
      while ((plan[0]?.at ?? 2) <= share) {
        const next = plan.shift();
        if (next !== undefined) asides.push(next.run());
      }
      figures.refresh(share, clockMs);
    },
  });
  await Promise.all(asides);
  await polling.finish();
  await figures.end(clockMs);
}

function sayWelcome(told: { stage: Stage; hasConsole: boolean; story: Story; spanMs: number }): void {
  const { screen, product, options } = told.stage;
  const days = Math.round(told.spanMs / DAY_MS);
  screen.head(`Plumbline is ready at ${product.url}`);
  if (told.hasConsole) {
    screen.say(`  Open the console   ${screen.bold(`${product.url}/console`)}`);
    screen.say(
      `  Sign in with       ${screen.bold(product.signIn.email)}   password ${screen.bold(product.signIn.password)}   (of this demo only)`,
    );
  }
  screen.say(`  API reference      ${product.url}/docs`);
  screen.say(`  API key            ${product.key}`);
  screen.say('');
  screen.say(
    `  A broker with 12 partners in three levels. ${told.story.customers.length} customers click, register, deposit and trade: ${days} days of the`,
  );
  screen.say(
    `  program's clock in ${sayMinutes(options.minutes)}, seed ${options.seed}. Some of it comes twice, late, out of order or changed, some cannot be read,`,
  );
  screen.say(
    '  the trading server fails now and then, and half way the worker is killed. At the end the books are checked.',
  );
}

function sayMinutes(minutes: number): string {
  return minutes < 1 ? `${Math.round(minutes * 60)} seconds` : `${minutes} minute${minutes === 1 ? '' : 's'}`;
}

async function sayWhereToLook(told: {
  api: Api;
  product: Product;
  screen: Screen;
  hasConsole: boolean;
  options: DemoOptions;
}): Promise<void> {
  const { screen, product } = told;
  const example = await findExample(told.api);
  if (example === undefined) return;
  screen.head('One commission, explained');
  const explained = await product.command('explain', example);
  for (const line of explained.output.trim().split('\n')) screen.say(`  ${line}`);
  if (told.options.keep) {
    if (told.hasConsole)
      screen.say(
        `\n  The same in the console: ${screen.bold(`${product.url}/console/commissions/${example}`)}`,
      );
    return;
  }
  screen.say('');
  screen.say(
    `  The data stays in ${product.dataFolder}. To look around: PLUMBLINE_DATA=${product.dataFolder} npm start`,
  );
  if (told.hasConsole)
    screen.say(
      `  then sign in at /console with ${product.signIn.email} and ${product.signIn.password}. Next time: npm run demo -- --keep`,
    );
}

async function lookAround(product: Product, screen: Screen, signal: AbortSignal): Promise<void> {
  screen.head('Everything keeps running');
  screen.say(`  ${product.url}/console   ${product.signIn.email}   ${product.signIn.password}`);
  screen.say('  Ctrl-C stops it; the data stays.');
  while (!signal.aborted) await wait(1_000, undefined, { signal }).catch(() => undefined);
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
    return 0;
  }
  const screen = new Screen();
  const stopping = new AbortController();
  let wasAsked = false;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!wasAsked) screen.say('\nStopping ...');
      wasAsked = true;
      stopping.abort();
    });
  }
  // The script that npm started holds the other end; when it is killed, we go too.
  process.once('disconnect', () => stopping.abort());
  try {
    const isGood = await runDemo(options, screen, stopping);
    return isGood ? 0 : 1;
  } catch (error) {
    if (wasAsked) return 130;
    const reason: unknown = stopping.signal.aborted ? stopping.signal.reason : error;
    if (reason instanceof DemoProblem) console.error(reason.message);
    else console.error(reason);
    return 1;
  }
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? `${error.message}\n\n${USAGE}` : error);
  process.exit(1);
}
