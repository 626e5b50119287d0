import { isbot } from 'isbot';
import type { Db } from '../platform/db.ts';
import { isRetryable, isUniqueViolation } from '../platform/db.ts';
import type { Log } from '../platform/log.ts';
import { formatClickLine, parseClickLines } from './click-line.ts';
import type { SpooledClick } from './click-line.ts';
import { putLineAside, readSegment } from './click-spool.client.ts';
import { copyNewClicks, insertClicks } from './clicks.store.ts';
import { clickRowOf } from './click-row.ts';
import type { Mac } from './token.ts';

/** Brings sealed segments of visits into the database. */
export interface ClickStoring {
  /**
   * Stores each visit of a segment once, however often it is called; the file stays. Rejects when it could not be done now: it is
   * called again later.
   */
  store(segment: string): Promise<StoredSegment>;
  close(): Promise<void>;
}

/** What became of the lines of a segment: all zero when another process took it over. */
export interface StoredSegment {
  readonly stored: number;
  /** Put aside for people, because the database will never take them. */
  readonly refused: number;
  /** Lines that could not be read. */
  readonly torn: number;
}

export interface ClickStoringParts {
  readonly db: Db;
  readonly log: Log;
  readonly mac: Mac;
  /** Of the spool: where refused lines are put aside. */
  readonly folder: string;
}

/** Most visits of one transaction. */
const MOST_AT_ONCE = 5_000;

/** Stores in this thread. The process that answers visitors leaves it to one of its own: `startStoringThread`. */
export function createClickStoring(parts: ClickStoringParts): ClickStoring {
  return {
    async store(segment) {
      const text = await readSegment(segment);
      if (text === undefined) return { stored: 0, refused: 0, torn: 0 };
      const { clicks, torn } = parseClickLines(text);
      let refused = 0;
      for (let at = 0; at < clicks.length; at += MOST_AT_ONCE)
        refused += await storeClicks(parts, clicks.slice(at, at + MOST_AT_ONCE));
      return { stored: clicks.length - refused, refused, torn };
    },
    close: () => Promise.resolve(),
  };
}

/** Stores all, halving what the database refuses until the one that it refuses stands alone. Answers how many were refused. */
async function storeClicks(parts: ClickStoringParts, clicks: readonly SpooledClick[]): Promise<number> {
  const { db, mac, log, folder } = parts;
  if (clicks.length === 0) return 0;
  try {
    const rows = clicks.map((click) => clickRowOf(withBotMark(click), mac));
    try {
      await db.eachLane(rows, copyNewClicks);
    } catch (error) {
      // A segment that was stored before, by a process that died before it could remove it.
      if (!isUniqueViolation(error)) throw error;
      await db.eachLane(rows, insertClicks);
    }
    return 0;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = clicks;
    if (clicks.length === 1 && only !== undefined) {
      log.error({ err: error }, 'the database refuses a visit; it is kept in refused.jsonl');
      await putLineAside(folder, formatClickLine(only));
      return 1;
    }
    const half = Math.ceil(clicks.length / 2);
    return (await storeClicks(parts, clicks.slice(0, half))) + (await storeClicks(parts, clicks.slice(half)));
  }
}

/** True when the database understood and said no: trying again would end the same. Classes 22 and 23: data and integrity. */
function isRefusal(error: unknown): boolean {
  if (isRetryable(error)) return false;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^2[23]/.test(code);
}

/** Agents that were looked through the list for: visitors come with few different ones. */
const judgedAgents = new Map<string, boolean>();
const MOST_AGENTS = 5_000;

function isBotAgent(userAgent: string): boolean {
  const known = judgedAgents.get(userAgent);
  if (known !== undefined) return known;
  const bot = userAgent === '' || isbot(userAgent);
  if (judgedAgents.size >= MOST_AGENTS) judgedAgents.clear();
  judgedAgents.set(userAgent, bot);
  return bot;
}

/** Judged when it is stored: looking through the list of agents takes longer than a redirect. */
function withBotMark(click: SpooledClick): SpooledClick {
  return isBotAgent(click.userAgent) ? { ...click, marks: ['bot', ...click.marks] } : click;
}
