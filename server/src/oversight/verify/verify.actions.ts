import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { wireId } from '../../kernel/ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import { startOfDate } from '../../kernel/zone.ts';
import type { Tx } from '../../platform/db.ts';
import { checkChains } from '../../pipeline/ledger/index.ts';
import { checkAudit } from '../../registry/audit/index.ts';
import { compareCustomer, firstDifference, sayDifference, sayMinor } from './compare.ts';
import { judgeDecisions, refusedOf, releasedBy } from './decisions.ts';
import { loadFacts, loadRegistry } from './evidence.views.ts';
import type { RebuiltEvent } from './facts.ts';
import {
  listBalances,
  listDecisions,
  listGroups,
  listKnownCustomers,
  listLinks,
  listPaidParts,
  listParked,
  listSentLines,
  loadCustomers,
  loadRoad,
  readEvents,
  readJournal,
} from './kept.views.ts';
import type { EventKept, GroupKept } from './kept.views.ts';
import { listManualLines } from './manual.views.ts';
import { FiguresBook } from './partner-figures.ts';
import { listPartnerFigures, listSentFigures } from './partner-figures.views.ts';
import { PeriodBook } from './period-book.ts';
import { loadPeriods } from './periods.views.ts';
import { PaidBook } from './paid-book.ts';
import { groupText, PostingsBook } from './postings.ts';
import { decideOne, placeAll } from './rebuild.ts';
import type { Evidence, RebuiltPlaces } from './rebuild.ts';
import { createDifferenceBook } from './report.ts';
import type { DifferenceBook, VerifyReport } from './report.ts';
import { readAllDeliveries } from './tell-deliveries.actions.ts';
import type { VerifyDeps } from './tell-deliveries.actions.ts';
import { findUnsettled } from './unsettled.ts';
import type { Unsettled } from './unsettled.ts';

/** Customers that are rebuilt and compared together. */
const CUSTOMERS_PER_BATCH = 500;

/**
 * Rebuilds the books from deliveries, facts, registry versions and decisions alone, and compares them with what is kept
 * (design.md 1, requirements P6): in one snapshot over all lanes, so it may run beside traffic. What is on its way is left
 * out and counted. The first difference of each kind is named in words.
 */
export async function verifyBooks(deps: VerifyDeps): Promise<VerifyReport> {
  return deps.db.acrossLanes('verify', (tx) => verifyIn(tx, deps));
}

interface Run {
  readonly tx: Tx;
  readonly deps: VerifyDeps;
  readonly found: DifferenceBook;
  readonly evidence: Evidence;
  readonly places: RebuiltPlaces;
  readonly unsettled: Unsettled;
  readonly postings: PostingsBook;
  readonly figures: FiguresBook;
  readonly periods: PeriodBook;
}

async function verifyIn(tx: Tx, deps: VerifyDeps): Promise<VerifyReport> {
  const found = createDifferenceBook();
  const registry = await loadRegistry(tx);
  const { events, deliveries, erased } = await readAllDeliveries(tx, deps, { registry, found });
  const evidence: Evidence = { events, facts: await loadFacts(tx), programs: registry.programs };
  const places = placeAll(evidence, deps.rules);
  const road = await loadRoad(tx);
  const misplaced = await compareEvents(tx, deps, { events, places, found });
  const claimed = Map.groupBy(places.claims, (claim) => claim.customerId);
  const unsettled = findUnsettled({
    road,
    events,
    placeOf: places.placeOf,
    keptWith: (id) => misplaced.keptWith.get(id) ?? [],
    claimedBy: (id) => [
      ...(claimed.get(id) ?? []).map((claim) => claim.identifierId),
      ...(road.claimedBy.get(id) ?? []),
    ],
  });
  const run: Run = {
    tx,
    deps,
    found,
    evidence,
    places,
    unsettled,
    postings: new PostingsBook(
      (partnerId) => laneOf('partner', partnerId),
      new PaidBook(await listPaidParts(tx), refusedOf(await listDecisions(tx))),
    ),
    figures: new FiguresBook(),
    periods: new PeriodBook(deps.rules.periods, registry.programs),
  };
  for (const { id, sentence } of misplaced.places)
    if (!unsettled.events.has(id)) found.add({ kind: 'place', sentence });
  await compareLinks(run);
  await compareParked(run);
  const customers = await compareCustomers(run);
  const books = await compareBooks(run);
  const blocks = await compareBlocks(run);
  const differences = found.list();
  return {
    ok: differences.length === 0,
    differences,
    examined: {
      deliveries,
      events: events.size,
      customers,
      journalRows: run.postings.rows,
      decisions: books.decisions,
      blocks,
    },
    leftOut: {
      events: unsettled.events.size,
      customers: unsettled.customers.size,
      failedEvents: road.failedEvents,
      failedPlacements: road.failedPlacements,
      sentLines: books.sentLines,
    },
    erasedDeliveries: erased,
  };
}

interface Misplaced {
  readonly places: { readonly id: string; readonly sentence: string }[];
  /** For events that are or were with somebody else than the evidence says. */
  readonly keptWith: Map<string, string[]>;
}

/** Compares every event row. Where it lives is collected, because what is on its way may still move it. */
async function compareEvents(
  tx: Tx,
  deps: VerifyDeps,
  {
    events,
    places,
    found,
  }: { events: ReadonlyMap<string, RebuiltEvent>; places: RebuiltPlaces; found: DifferenceBook },
): Promise<Misplaced> {
  const misplaced: Misplaced = { places: [], keptWith: new Map() };
  let seen = 0;
  for await (const kept of readEvents(tx)) {
    seen += 1;
    if (seen % 2_000 === 0) deps.onProgress?.('events', seen, events.size);
    const event = events.get(kept.id);
    const thing = `event ${wireId('evt', kept.id)}`;
    if (event === undefined) {
      found.add({ kind: 'event', sentence: `${thing}: is kept, and no delivery tells it` });
      continue;
    }
    const difference = firstDifference(keptForm(kept), rebuiltForm(event));
    if (difference !== undefined) found.add({ kind: 'event', sentence: sayDifference(thing, difference) });
    const place = places.placeOf.get(kept.id)?.customerId ?? null;
    const others = [...(kept.customerId === null ? [] : [kept.customerId]), ...kept.leftIds];
    if (others.some((id) => id !== place)) misplaced.keptWith.set(kept.id, others);
    if (kept.customerId !== place)
      misplaced.places.push({
        id: kept.id,
        sentence: `${thing}: lives with ${sayCustomer(kept.customerId)}, the evidence gives it to ${sayCustomer(place)}`,
      });
  }
  if (seen < events.size) await reportMissingEvents(tx, { events, found });
  return misplaced;
}

async function reportMissingEvents(
  tx: Tx,
  { events, found }: { events: ReadonlyMap<string, RebuiltEvent>; found: DifferenceBook },
): Promise<void> {
  const kept = new Set<string>();
  for await (const row of readEvents(tx)) kept.add(row.id);
  for (const id of events.keys()) {
    if (!kept.has(id))
      found.add({ kind: 'event', sentence: `event ${wireId('evt', id)}: is missing, a delivery tells it` });
  }
}

function keptForm(kept: EventKept): object {
  return {
    content: kept.content,
    hash: kept.hash,
    identifier: kept.identifierId,
    kind: kept.kind,
    occurredAt: formatInstant(kept.occurredAt),
    revision: kept.revision,
  };
}

function rebuiltForm(event: RebuiltEvent): object {
  return {
    content: JSON.parse(event.content) as unknown,
    hash: event.hash,
    identifier: event.identifierId,
    kind: event.kind,
    occurredAt: formatInstant(event.occurredAt),
    revision: event.revision,
  };
}

function sayCustomer(customerId: string | null): string {
  return customerId === null ? 'nobody' : `customer ${wireId('cus', customerId)}`;
}

async function compareLinks({ tx, places, unsettled, found }: Run): Promise<void> {
  const isSettled = (link: { identifierId: string; customerId: string }): boolean =>
    !unsettled.identifiers.has(link.identifierId) && !unsettled.customers.has(link.customerId);
  const keyOf = (link: { identifierId: string; customerId: string; originId: string }): string =>
    `${link.identifierId} ${link.customerId} ${link.originId}`;
  const given = new Map(places.claims.filter(isSettled).map((claim) => [keyOf(claim), claim]));
  const name = (link: { namespace: string; value: string; customerId: string }): string =>
    `link of ${link.namespace} ${link.value} to ${sayCustomer(link.customerId)}`;
  for (const kept of await listLinks(tx)) {
    if (!isSettled(kept)) continue;
    const claim = given.get(keyOf(kept));
    given.delete(keyOf(kept));
    if (claim === undefined) {
      found.add({ kind: 'identity_link', sentence: `${name(kept)}: is kept, the evidence does not give it` });
      continue;
    }
    const form = (link: { namespace: string; value: string; from: Instant; to: Instant }): object => ({
      namespace: link.namespace,
      value: link.value,
      from: sayBound(link.from),
      to: sayBound(link.to),
    });
    const difference = firstDifference(form(kept), form(claim));
    if (difference !== undefined)
      found.add({ kind: 'identity_link', sentence: sayDifference(name(kept), difference) });
  }
  for (const claim of given.values())
    found.add({ kind: 'identity_link', sentence: `${name(claim)}: is missing, the evidence gives it` });
}

function sayBound(instant: Instant): string {
  if (Number.isFinite(instant)) return formatInstant(instant);
  return instant < 0 ? 'from the beginning' : 'without end';
}

async function compareParked({ tx, places, evidence, unsettled, found }: Run): Promise<void> {
  const given = new Map<string, string>();
  for (const [id, place] of places.placeOf)
    if (place.customerId === null && !unsettled.events.has(id)) given.set(id, place.reason);
  for (const { eventId, identifierId, reason } of await listParked(tx)) {
    if (unsettled.events.has(eventId)) continue;
    const wanted = given.get(eventId);
    given.delete(eventId);
    const thing = `event ${wireId('evt', eventId)}`;
    if (wanted === undefined)
      found.add({ kind: 'parked', sentence: `${thing}: is parked, the evidence gives it a customer` });
    else if (wanted !== reason || evidence.events.get(eventId)?.identifierId !== identifierId) {
      found.add({
        kind: 'parked',
        sentence: `${thing}: is parked for ${reason}, the evidence gives ${wanted}`,
      });
    }
  }
  for (const [id, reason] of given)
    found.add({
      kind: 'parked',
      sentence: `event ${wireId('evt', id)}: is not parked, the evidence parks it for ${reason}`,
    });
}

/** Rebuilds and compares customers, a batch at a time; returns how many. */
async function compareCustomers(run: Run): Promise<number> {
  const { tx, deps, places } = run;
  const all = new Map([...places.byCustomer].map(([customerId, { programId }]) => [customerId, programId]));
  for (const { customerId, programId } of await listKnownCustomers(tx))
    all.set(customerId, all.get(customerId) ?? programId);
  const ids = [...all.keys()].sort((a, b) => (a < b ? -1 : 1));
  for (let start = 0; start < ids.length; start += CUSTOMERS_PER_BATCH) {
    const batch = ids.slice(start, start + CUSTOMERS_PER_BATCH);
    deps.onProgress?.('customers', start, ids.length);
    await compareBatch(
      run,
      batch.map((customerId) => ({ customerId, programId: all.get(customerId) ?? '' })),
    );
  }
  return ids.length;
}

async function compareBatch(
  run: Run,
  batch: readonly { customerId: string; programId: string }[],
): Promise<void> {
  const { tx, deps, evidence, places, unsettled, postings, figures, periods, found } = run;
  const { customers, placements } = await loadCustomers(
    tx,
    batch.map((customer) => customer.customerId),
  );
  for (const { customerId, programId } of batch) {
    const rebuilt = decideOne(
      evidence,
      { customerId, programId, eventIds: places.byCustomer.get(customerId)?.eventIds ?? [] },
      deps.rules,
    );
    if (unsettled.customers.has(customerId)) {
      postings.doubt(rebuilt);
      periods.doubt(rebuilt);
      figures.doubt(rebuilt.summary, customers.get(customerId)?.summary);
      continue;
    }
    postings.desire(rebuilt);
    periods.desire(rebuilt);
    figures.desire(deps.rules.diffFigures(undefined, rebuilt.figures));
    for (const difference of compareCustomer(
      rebuilt,
      customers.get(customerId),
      placements.get(customerId) ?? [],
    ))
      found.add(difference);
  }
}

/** Journal, natural keys, balances, settlement groups and decisions. */
async function compareBooks(run: Run): Promise<{ decisions: number; sentLines: number }> {
  const { tx, deps, unsettled, postings, found } = run;
  const isUnsettled = (customerId: string): boolean => unsettled.customers.has(customerId);
  const kept = await loadPeriods(tx);
  for (const row of await listManualLines(tx)) postings.desireManual(row);
  const { periods } = run;
  postings.desirePeriods(periods.settle(kept, isUnsettled), (partnerId) => periods.isDoubted(partnerId));
  for (const difference of periods.differences(kept)) found.add(difference);
  const releases = new Map<string, bigint>();
  for await (const row of readJournal(tx)) {
    if (postings.rows % 2_000 === 0) deps.onProgress?.('journal', postings.rows, 0);
    for (const difference of postings.book(row, isUnsettled)) found.add(difference);
    const moved = releasedBy(row);
    if (moved !== undefined) releases.set(row.hopId, (releases.get(row.hopId) ?? 0n) + moved);
  }
  const sent = await listSentLines(tx);
  for (const { lane, difference } of sent) postings.send(lane, difference);
  postings.settlePaid();
  for (const difference of postings.differences(isUnsettled)) found.add(difference);
  await compareBalances(run);
  await compareGroups(run);
  for (const difference of run.figures.differences(await listPartnerFigures(tx), await listSentFigures(tx)))
    found.add(difference);
  const decisions = await listDecisions(tx);
  for (const sentence of judgeDecisions(decisions, releases)) found.add({ kind: 'decision', sentence });
  return { decisions: decisions.length, sentLines: sent.length };
}

async function compareBalances({ tx, postings, found }: Run): Promise<void> {
  const left = new Map(postings.balances);
  for (const { lane, account, currency, amount } of await listBalances(tx)) {
    const key = `${lane} ${account} ${currency}`;
    const sum = left.get(key) ?? 0n;
    left.delete(key);
    if (sum !== BigInt(amount)) {
      found.add({
        kind: 'balance',
        sentence: `balance of ${account} in lane ${lane}: is ${sayMinor(BigInt(amount), currency)}, the journal gives ${sayMinor(sum, currency)}`,
      });
    }
  }
  for (const [key, sum] of left) {
    if (sum !== 0n)
      found.add({
        kind: 'balance',
        sentence: `balance ${key}: is missing, the journal gives ${sum} minor units`,
      });
  }
}

async function compareGroups({ tx, postings, evidence, found }: Run): Promise<void> {
  const left = new Map(
    [...postings.groups].filter(
      ([, group]) => group.held !== 0n || group.approved !== 0n || group.paid !== 0n || group.releases > 0,
    ),
  );
  for (const kept of await listGroups(tx)) {
    const text = groupText(kept);
    const sums = postings.groups.get(text) ?? { held: 0n, approved: 0n, paid: 0n, releases: 0 };
    left.delete(text);
    const form = (group: SummedGroup): object => ({
      held: sayMinor(BigInt(group.held), kept.currency),
      approved: sayMinor(BigInt(group.approved), kept.currency),
      paid: sayMinor(BigInt(group.paid), kept.currency),
      releases: group.releases,
    });
    const difference = firstDifference(form(kept), form(sums));
    if (difference !== undefined)
      found.add({ kind: 'settlement_group', sentence: sayDifference(sayGroup(kept), difference) });
    const until = firstDifference(
      { until: sayBound(kept.holdUntil) },
      { until: sayBound(holdUntilOf(kept, evidence)) },
    );
    if (until !== undefined)
      found.add({ kind: 'settlement_group', sentence: sayDifference(`${sayGroup(kept)}: hold`, until) });
  }
  for (const group of left.values())
    found.add({
      kind: 'settlement_group',
      sentence: `${sayGroup(group)}: is missing, the journal has rows of it`,
    });
  for (const group of postings.groups.values()) {
    const booked = group.booked + group.onWay;
    if (group.unsettled || booked === group.desired) continue;
    found.add({
      kind: 'settlement_group',
      sentence: `${sayGroup(group)}: is ${sayMinor(booked, group.currency)} in all, the evidence gives ${sayMinor(group.desired, group.currency)}`,
    });
  }
}

interface SummedGroup {
  readonly held: string | bigint;
  readonly approved: string | bigint;
  readonly paid: string | bigint;
  readonly releases: number;
}

/** Midnight of the hold day in the program's zone; a reason holds without end (rules.md 2.8). */
function holdUntilOf(group: GroupKept, evidence: Evidence): Instant {
  const zone = evidence.programs.get(group.programId)?.zone;
  if (group.holdReason !== '' || zone === undefined) return Number.POSITIVE_INFINITY as Instant;
  return startOfDate(group.holdDay, zone);
}

function sayGroup(group: {
  partnerId: string;
  component: string;
  holdDay: string;
  holdReason: string;
  currency: string;
}): string {
  const why = group.holdReason === '' ? '' : ` for ${group.holdReason}`;
  return `settlement group of partner ${wireId('prt', group.partnerId)}, ${group.component}, held to ${group.holdDay}${why}, ${group.currency}`;
}

/** Sealed blocks of the books and of the audit trail against what stands there now. Returns how many. */
async function compareBlocks({ tx, deps, found }: Run): Promise<number> {
  deps.onProgress?.('sealed blocks', 0, 0);
  const ledger = await checkChains(tx);
  for (const sentence of ledger.wrong) found.add({ kind: 'ledger_block', sentence });
  const audit = await checkAudit(tx);
  for (const sentence of audit.wrong) found.add({ kind: 'audit_block', sentence });
  return ledger.blocks + audit.blocks;
}
