// What an event is after one more telling: judged within what its feed covers, then merged over the feeds. Pure; the door and
// a rebuild call the same functions.
import type { CanonicalEvent } from '../mapping/facts.ts';
import { applyVerdict, classifyRevision, compareOrders } from './classify.ts';
import type { EventState, Incoming, Verdict } from './classify.ts';
import { REMAPPED_AWAY } from './facts.ts';
import { coverageKey, coveredPart, mergeTellings } from './merge.ts';
import type { Coverage } from './merge.ts';

/** The latest telling of one coverage, with what is known of the earlier ones. */
export interface ClassState extends EventState {
  readonly covers: Coverage;
  /** Place in the order of arrival at this event. */
  readonly arrival: number;
  readonly mappingVersion: number;
  readonly content: CanonicalEvent;
}

/** An event as its tellings make it. With a single coverage of everything its content is that of the last effective telling. */
export interface EventBook {
  readonly classes: readonly ClassState[];
  readonly content: CanonicalEvent;
  readonly hash: string;
  /** Coverages that were ever told; a number that only grows, and gives the next arrival its place. */
  readonly arrivals: number;
}

/** One telling on its way in. */
export interface Telling extends Incoming {
  readonly covers: Coverage;
  readonly content: CanonicalEvent;
  readonly mappingVersion: number;
  /** The same telling as other versions of the mapping read it: sameness compares under one version (rules.md 1.6). */
  readonly others?: readonly Incoming[];
}

export interface Told {
  readonly verdict: Verdict;
  readonly book: EventBook;
  /** The verdict is `duplicate`, and yet something must be written: an order has moved on, or a coverage is new. */
  readonly moved: boolean;
}

export type HashOf = (content: CanonicalEvent) => string;

/** The book of an event that is told for the first time. */
export function openBook(first: Telling): EventBook {
  const { covers, hash, order, mappingVersion, content } = first;
  const head: ClassState = { covers, hash, order, pastHashes: [], arrival: 1, mappingVersion, content };
  return { classes: [head], content, hash, arrivals: 1 };
}

/** Judges a telling of a known event. Coverages are merged when there is more than one. */
export function tell(book: EventBook, told: Telling, hashOf: HashOf): Told {
  const key = coverageKey(told.covers);
  const own = book.classes.find((one) => coverageKey(one.covers) === key);
  const verdict = own === undefined ? undefined : judge(own, told);
  const arrivals = book.arrivals + 1;
  const next = nextClass(own, told, { verdict, arrival: arrivals });
  const moved = own === undefined || next !== own;
  const classes = own === undefined ? [...book.classes, next] : replace(book.classes, own, next);
  if (classes.length === 1 && verdict !== undefined) {
    const changed = verdict.kind === 'revised' && verdict.effective;
    return {
      verdict,
      moved,
      book: changed
        ? { classes, content: next.content, hash: next.hash, arrivals }
        : { ...book, classes, arrivals: moved ? arrivals : book.arrivals },
    };
  }
  if (!moved) return { verdict: verdict ?? { kind: 'duplicate', reverts: false }, moved, book };
  const content = mergeTellings(classes);
  const hash = hashOf(content);
  const merged = { classes, content, hash, arrivals };
  if (hash !== book.hash) return { verdict: { kind: 'revised', effective: true }, moved, book: merged };
  const kept = { ...merged, content: book.content };
  if (verdict?.kind === 'duplicate') return { verdict, moved, book: kept };
  const same = isSamePart(told, content);
  return {
    verdict: same ? { kind: 'duplicate', reverts: false } : { kind: 'revised', effective: false },
    moved,
    book: kept,
  };
}

/** By the version that read it now, and where that makes a revision of it, by the versions that read what is known. */
function judge(own: EventState, told: Telling): Verdict {
  const verdict = classifyRevision(own, told);
  if (verdict.kind === 'duplicate') return verdict;
  for (const other of told.others ?? []) {
    const again = classifyRevision(own, other);
    if (again.kind === 'duplicate') return again;
  }
  return verdict;
}

function nextClass(
  own: ClassState | undefined,
  told: Telling,
  { verdict, arrival }: { verdict: Verdict | undefined; arrival: number },
): ClassState {
  const { covers, hash, order, mappingVersion, content } = told;
  if (own === undefined || verdict === undefined)
    return { covers, hash, order, pastHashes: [], arrival, mappingVersion, content };
  if (verdict.kind === 'duplicate' && verdict.order === undefined) return own;
  const state = applyVerdict(own, told, verdict);
  const isHead = verdict.kind === 'revised' && verdict.effective;
  return { ...own, ...state, ...(isHead ? { arrival, mappingVersion, content } : {}) };
}

function replace(classes: readonly ClassState[], own: ClassState, next: ClassState): ClassState[] {
  return classes.map((one) => (one === own ? next : one));
}

function isSamePart(told: Telling, content: CanonicalEvent): boolean {
  const [mine, whole] = [coveredPart(told.content, told.covers), coveredPart(content, told.covers)];
  const names = new Set([...Object.keys(mine), ...Object.keys(whole)]);
  return [...names].every((name) => JSON.stringify(mine[name]) === JSON.stringify(whole[name]));
}

/**
 * The event after one of its deliveries was read again by another version: `before` is what that delivery told until now,
 * `after` what it tells now; undefined = nothing of this event. Undefined as answer: nothing changes, because what counts
 * came from another delivery.
 */
export function retell(
  book: EventBook,
  { before, after }: { before: Telling; after: Telling | undefined },
  hashOf: HashOf,
): EventBook | undefined {
  const own = book.classes.find((one) => coverageKey(one.covers) === coverageKey(before.covers));
  const isHead = own?.hash === before.hash;
  if (after === undefined) return own !== undefined && isHead ? withoutClass(book, own, hashOf) : undefined;
  if (own === undefined || !isHead) return retellLater(book, after, hashOf);
  const moved = own.order !== before.order && compareOrders(own.order, after.order) > 0;
  const head: ClassState = {
    covers: after.covers,
    hash: after.hash,
    order: moved ? own.order : after.order,
    pastHashes: own.pastHashes.includes(own.hash) ? own.pastHashes : [...own.pastHashes, own.hash],
    arrival: own.arrival,
    mappingVersion: after.mappingVersion,
    content: after.content,
  };
  const others = book.classes.filter(
    (one) => one !== own && coverageKey(one.covers) !== coverageKey(after.covers),
  );
  return rebound(book, [...others, head], hashOf);
}

/** What a delivery tells that was not the last word before becomes it only by its place in an order: its arrival has not changed. */
function retellLater(book: EventBook, after: Telling, hashOf: HashOf): EventBook | undefined {
  const own = book.classes.find((one) => coverageKey(one.covers) === coverageKey(after.covers));
  if (own !== undefined && compareOrders(after.order, own.order) <= 0) return undefined;
  const { book: next } = tell(book, after, hashOf);
  return next === book ? undefined : rebound(book, next.classes, hashOf);
}

/** An event that nobody tells any more stays, and pays nothing; whatever tells it again counts at once. */
function withoutClass(book: EventBook, own: ClassState, hashOf: HashOf): EventBook | undefined {
  const others = book.classes.filter((one) => one !== own);
  if (others.length > 0) return rebound(book, others, hashOf);
  const content: CanonicalEvent = { ...own.content, kind: 'unsettled', status: REMAPPED_AWAY };
  const gone: ClassState = { ...own, content, hash: hashOf(content), order: null, pastHashes: [] };
  return rebound(book, [gone], hashOf);
}

function rebound(book: EventBook, classes: readonly ClassState[], hashOf: HashOf): EventBook | undefined {
  const content = mergeTellings(classes);
  const hash = hashOf(content);
  const arrivals = book.arrivals + 1;
  return { classes, content: hash === book.hash ? book.content : content, hash, arrivals };
}
