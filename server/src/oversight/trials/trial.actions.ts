// Runs a draft of a mapping over stored deliveries and says what would change. Reads only: nothing in the books moves.
import { setImmediate } from 'node:timers/promises';
import type { Instant } from '../../kernel/instant.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { hashOf, openBook, readStored, retell, tell, walkDeliveries } from '../../pipeline/intake/index.ts';
import type {
  EventBook,
  KeptDelivery,
  PreparedEvent,
  ReadingMapping,
  ReadingSource,
  Telling,
  VerifiedClick,
} from '../../pipeline/intake/index.ts';
import { bookOf, loadKnown } from '../../pipeline/intake/index.ts';
import { comparableContent } from '../../pipeline/mapping/index.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/index.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { laneOf } from '../../kernel/lane.ts';
import { compareMoney } from '../preview/index.ts';
import { chooseSamples, countItems, countKinds, openItemBook } from './compare.ts';
import type { EventChange, EventDifference, TrialResult } from './facts.ts';
import { listRetellings, outcomesOf } from './readings.ts';
import type { Retelling } from './readings.ts';
import { TRIAL_LIMITS } from './limits.ts';
import { rebuildMoney } from './rebuild-money.actions.ts';

export interface TrialDeps {
  readonly db: Db;
  readonly verifyClick: (clickId: string) => VerifiedClick | undefined;
  readonly getProgram: (programId: string) => Promise<ProgramSnapshot>;
  readonly now: () => Instant;
  /** Told now and then; throws when the trial shall end. */
  readonly onProgress: (stage: string, done: number, total: number) => Promise<void>;
}

export interface TrialQuestion {
  readonly source: ReadingSource;
  /** The mapping in force, and any earlier version by number. */
  readonly inForce: ReadingMapping;
  readonly versionOf: (version: number) => ReadingMapping | undefined;
  readonly draft: ReadingMapping;
  readonly from: Instant;
  readonly to: Instant;
  /** Looks at so many deliveries; more makes the result incomplete. Default: all. */
  readonly mostDeliveries?: number;
}

const DELIVERIES_PER_PAGE = 200;
const KNOWN_PER_PAGE = 1_000;

/** Compares what the draft would make of the deliveries of a time with what stands, down to commission money. */
export async function runTrial(deps: TrialDeps, question: TrialQuestion): Promise<TrialResult> {
  const started = performance.now();
  return deps.db.acrossLanes('reread', async (tx) => {
    const walked = await walk(tx, deps, question);
    const differences = await judge(tx, deps, walked.retellings);
    const program = await deps.getProgram(question.source.programId);
    const money = await rebuildMoney(tx, {
      program,
      sourceId: question.source.id,
      differences,
      onProgress: deps.onProgress,
    });
    const { byPartner, moves } = compareAll(money, program, deps.now());
    const count = (change: EventChange): number => differences.filter((one) => one.change === change).length;
    return {
      deliveries: walked.deliveries,
      items: {
        before: walked.items.before,
        after: walked.items.after,
        moved: [...walked.items.moved.values()],
      },
      reasons: walked.items.reasons,
      events: { added: count('added'), changed: count('changed'), gone: count('gone') },
      byKind: countKinds(differences),
      samples: chooseSamples(differences),
      money: byPartner,
      moves,
      customers: money.customers,
      partners: new Set(byPartner.map((one) => one.partnerId)).size,
      warnings: warningsOf(walked, differences),
      isComplete: walked.isComplete && money.isComplete,
      notComputed: notComputedOf(walked, money),
      ms: Math.round(performance.now() - started),
    };
  });
}

function compareAll(
  money: Awaited<ReturnType<typeof rebuildMoney>>,
  program: ProgramSnapshot,
  at: Instant,
): { byPartner: TrialResult['money']; moves: TrialResult['moves'] } {
  const { money: byPartner, moves } = compareMoney(money, program, at);
  return { byPartner, moves };
}

interface Walked {
  readonly deliveries: number;
  readonly erased: number;
  readonly items: ReturnType<typeof openItemBook>;
  readonly retellings: readonly Retelling<PreparedEvent>[];
  readonly isComplete: boolean;
}

async function walk(tx: Tx, deps: TrialDeps, question: TrialQuestion): Promise<Walked> {
  const items = openItemBook();
  const retellings: Retelling<PreparedEvent>[] = [];
  let deliveries = 0;
  let erased = 0;
  let after: Parameters<typeof walkDeliveries>[1]['after'];
  const { source, from, to, mostDeliveries = Number.POSITIVE_INFINITY } = question;
  do {
    const page = await walkDeliveries(tx, {
      sourceId: source.id,
      from,
      to,
      after,
      limit: DELIVERIES_PER_PAGE,
    });
    for (const delivery of page.deliveries) {
      deliveries += 1;
      if (delivery.body === null) {
        erased += 1;
        continue;
      }
      const { stood, inForce, draft } = readAll(deps, question, delivery);
      countItems(items, outcomesOf(inForce), outcomesOf(draft));
      retellings.push(...listRetellings<PreparedEvent>({ stood, inForce }, draft));
    }
    after = page.next;
    await deps.onProgress('deliveries', deliveries, 0);
    if (retellings.length > TRIAL_LIMITS.retellings || deliveries >= mostDeliveries) break;
  } while (after !== undefined);
  const isComplete = after === undefined;
  return { deliveries, erased, items, retellings, isComplete };
}

function readAll(deps: TrialDeps, question: TrialQuestion, delivery: KeptDelivery) {
  const { source, inForce, draft, versionOf } = question;
  const rules = { comparable: comparableContent, verifyClick: deps.verifyClick };
  const read = (mapping: ReadingMapping): ReturnType<typeof readStored> =>
    readStored(delivery, mapping, source, rules);
  const now = read(inForce);
  const own =
    delivery.mappingVersion === source.mappingVersion ? undefined : versionOf(delivery.mappingVersion);
  return { stood: own === undefined ? now : read(own), inForce: now, draft: read(draft) };
}

/** What becomes of every event that some delivery would tell differently: the same judgement as a change set makes. */
async function judge(
  tx: Tx,
  deps: TrialDeps,
  retellings: readonly Retelling<PreparedEvent>[],
): Promise<EventDifference[]> {
  const byEvent = [...Map.groupBy(retellings, (one) => one.eventId)];
  const differences: EventDifference[] = [];
  for (let start = 0; start < byEvent.length; start += KNOWN_PER_PAGE) {
    const page = byEvent.slice(start, start + KNOWN_PER_PAGE);
    await deps.onProgress('events', start, byEvent.length);
    const known = await loadKnown(
      tx,
      page.map(([id]) => ({ lane: laneOf('evidence', id), id, whole: true })),
    );
    for (const [eventId, told] of page) {
      const stands = known.get(eventId);
      const book = stands === undefined ? undefined : bookOf(stands);
      const after = told.reduce(retellOnce, book);
      const difference = differenceOf(eventId, book?.content, after?.content);
      if (difference !== undefined) differences.push(difference);
    }
    await setImmediate();
  }
  return differences;
}

function retellOnce(
  book: EventBook | undefined,
  { before, after }: Retelling<PreparedEvent>,
): EventBook | undefined {
  if (book === undefined) return after === undefined ? undefined : openBook(tellingOf(after));
  const heads = new Set(book.classes.map((one) => one.hash));
  const stood = before.find((one) => heads.has(one.hash)) ?? before[0];
  if (stood === undefined) return after === undefined ? book : tell(book, tellingOf(after), hashOf).book;
  const changed = retell(
    book,
    { before: tellingOf(stood), after: after === undefined ? undefined : tellingOf(after) },
    hashOf,
  );
  return changed ?? book;
}

function tellingOf({ hash, order, covers, content, source }: PreparedEvent): Telling {
  return { hash, order, covers, content, mappingVersion: source.mappingVersion };
}

function differenceOf(
  eventId: string,
  before: CanonicalEvent | undefined,
  after: CanonicalEvent | undefined,
): EventDifference | undefined {
  if (after === undefined) return undefined;
  if (before === undefined) return { change: 'added', eventId, before, after };
  if (comparableContent(before) === comparableContent(after)) return undefined;
  const isGone = after.status === 'remapped_away' && before.status !== 'remapped_away';
  return { change: isGone ? 'gone' : 'changed', eventId, before, after };
}

function warningsOf(walked: Walked, differences: readonly EventDifference[]): string[] {
  const warnings: string[] = [];
  const { before, after } = walked.items;
  if (walked.deliveries === 0)
    warnings.push('No delivery of this source lies in this time, so nothing could be compared.');
  if (after.quarantined > before.quarantined)
    warnings.push(`${after.quarantined - before.quarantined} items more would be quarantined.`);
  if (after.refused > before.refused)
    warnings.push(`${after.refused - before.refused} items more would be refused.`);
  const gone = differences.filter((one) => one.change === 'gone').length;
  if (gone > 0) warnings.push(`${gone} events would not be told any more: they would be taken back.`);
  const renamed = differences.filter((one) => one.change === 'added').length;
  if (gone > 0 && renamed > 0)
    warnings.push(
      'Events go and others come: when the key (externalId, recordType, part) changed, the same fact is both.',
    );
  if (
    differences.some(
      (one) =>
        one.before !== undefined && one.before.identifiers[0]?.value !== one.after?.identifiers[0]?.value,
    )
  )
    warnings.push('Some events would belong to another customer.');
  return warnings;
}

function notComputedOf(
  walked: Walked,
  money: { readonly isComplete: boolean; readonly cut: readonly string[] },
): string[] {
  return [
    ...(walked.isComplete
      ? []
      : [
          'There are more deliveries that would be read differently than a trial looks at: take a shorter time.',
        ]),
    ...money.cut,
    ...(walked.erased > 0
      ? [`${walked.erased} deliveries have no bytes any more; what they told stays as it is.`]
      : []),
    'Holds, approvals and payouts that have happened are decisions and are not run again; money that was paid is not taken back by itself.',
  ];
}
