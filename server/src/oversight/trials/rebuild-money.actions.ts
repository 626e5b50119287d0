// The commission of the customers concerned, before and after, by the very functions of the road.
import { setImmediate } from 'node:timers/promises';
import { eventIdOf, identifierIdOf } from '../../kernel/derived-ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { hashOf } from '../../pipeline/intake/index.ts';
import { namedCustomer } from '../../pipeline/identity/index.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/index.ts';
import type { ProgramSnapshot, SourceSnapshot } from '../../registry/facts.ts';
import { decideOne, loadFactsOf, placeAll, ROAD_RULES } from '../verify/index.ts';
import type { Evidence, RebuiltEvent } from '../verify/index.ts';
import {
  identifiersOf,
  listClaimants,
  listEventsOf,
  listParkedUnder,
  loadEvents,
  loadSources,
} from './closure.views.ts';
import type { StoredEvent } from './closure.views.ts';
import { addLines } from './compare.ts';
import type { LineBook } from './compare.ts';
import type { EventDifference } from './facts.ts';
import { TRIAL_LIMITS } from './limits.ts';

export interface RebuiltMoney {
  readonly before: LineBook;
  readonly after: LineBook;
  readonly customers: { readonly looked: number; readonly changed: number };
  readonly isComplete: boolean;
  /** What was left out, in words. */
  readonly cut: readonly string[];
}

interface Asked {
  readonly program: ProgramSnapshot;
  readonly sourceId: string;
  readonly differences: readonly EventDifference[];
  readonly onProgress: (stage: string, done: number, total: number) => Promise<void>;
}

/** Rebuilds everyone whom the changed events touch: who owns them, who claims what they name, and who would. */
export async function rebuildMoney(tx: Tx, asked: Asked): Promise<RebuiltMoney> {
  const { program, differences } = asked;
  const sources = await loadSources(tx);
  const source = sources.get(asked.sourceId);
  if (source === undefined || differences.length === 0)
    return {
      before: new Map(),
      after: new Map(),
      customers: { looked: 0, changed: 0 },
      isComplete: true,
      cut: [],
    };
  const identifiers = new Set(
    differences.flatMap(({ before, after }) =>
      [before, after].flatMap((content) => (content === undefined ? [] : identifiersOf(program.id, content))),
    ),
  );
  const wanted = await listCustomers(tx, { program, source, differences, identifiers: [...identifiers] });
  const customers = wanted.slice(0, TRIAL_LIMITS.customers);
  const eventIds = await listEventsOf(tx, customers, TRIAL_LIMITS.events + 1);
  const parked = await listParkedUnder(tx, [...identifiers], TRIAL_LIMITS.events);
  const stored = await loadAll(tx, [
    ...new Set([
      ...eventIds.slice(0, TRIAL_LIMITS.events),
      ...parked,
      ...differences.map((one) => one.eventId),
    ]),
  ]);
  const facts = await loadFactsOf(tx, customers);
  const programs = new Map([[program.id, program]]);
  const before = { events: rebuiltOf(stored, sources), facts, programs };
  const after = { ...before, events: changedOf(before.events, source, differences) };
  const books = { before: new Map() as LineBook, after: new Map() as LineBook };
  const places = { before: placeAll(before, ROAD_RULES), after: placeAll(after, ROAD_RULES) };
  const ids = [
    ...new Set([...customers, ...places.after.byCustomer.keys(), ...places.before.byCustomer.keys()]),
  ];
  let changed = 0;
  for (const [index, customerId] of ids.entries()) {
    if (index % 100 === 0) {
      await asked.onProgress('customers', index, ids.length);
      await setImmediate();
    }
    const was = addCustomer(books.before, before, {
      customerId,
      program,
      eventIds: places.before.byCustomer.get(customerId)?.eventIds ?? [],
    });
    const is = addCustomer(books.after, after, {
      customerId,
      program,
      eventIds: places.after.byCustomer.get(customerId)?.eventIds ?? [],
    });
    if (was !== is) changed += 1;
  }
  const cut = [
    ...(wanted.length > customers.length
      ? [
          `${wanted.length - customers.length} customers beyond the first ${customers.length} were not rebuilt.`,
        ]
      : []),
    ...(eventIds.length > TRIAL_LIMITS.events
      ? [`The customers concerned have more than ${TRIAL_LIMITS.events} events; those beyond were not read.`]
      : []),
  ];
  return { ...books, customers: { looked: ids.length, changed }, isComplete: cut.length === 0, cut };
}

async function listCustomers(
  tx: Tx,
  asked: {
    program: ProgramSnapshot;
    source: SourceSnapshot;
    differences: readonly EventDifference[];
    identifiers: readonly string[];
  },
): Promise<string[]> {
  const owners = (
    await loadAll(
      tx,
      asked.differences.map((one) => one.eventId),
    )
  ).flatMap((event) => event.customer_id ?? []);
  const named = asked.differences.flatMap(({ after }) =>
    after === undefined
      ? []
      : (namedCustomer({ programId: asked.program.id, registrar: asked.source.registrar, content: after }) ??
        []),
  );
  const claimants = await listClaimants(tx, asked.identifiers);
  return [...new Set([...owners, ...named, ...claimants])].toSorted();
}

const EVENTS_PER_PAGE = 5_000;

async function loadAll(tx: Tx, ids: readonly string[]): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let start = 0; start < ids.length; start += EVENTS_PER_PAGE)
    events.push(...(await loadEvents(tx, ids.slice(start, start + EVENTS_PER_PAGE))));
  return events;
}

/** Adds what a customer's evidence gives to the book; answers a text that is the same when the lines are. */
function addCustomer(
  book: LineBook,
  evidence: Evidence,
  {
    customerId,
    program,
    eventIds,
  }: { customerId: string; program: ProgramSnapshot; eventIds: readonly string[] },
): string {
  if (eventIds.length === 0 && !evidence.facts.has(customerId)) return '';
  const { scope, decisions } = decideOne(
    evidence,
    { customerId, programId: program.id, eventIds },
    ROAD_RULES,
  );
  addLines(book, `c:${customerId}`, scope.lines);
  const said: string[] = scope.lines.map(sayLine);
  for (const [eventId, decision] of decisions) {
    addLines(book, `e:${eventId}`, decision.lines);
    said.push(...decision.lines.map((line) => `${eventId} ${sayLine(line)}`));
  }
  return said.toSorted().join('\n');
}

function sayLine(line: {
  component: string;
  partnerId: string;
  level: number;
  amountMinor: string;
  currency: string;
}): string {
  return `${line.component} ${line.partnerId} ${line.level} ${line.amountMinor} ${line.currency}`;
}

function rebuiltOf(
  stored: readonly StoredEvent[],
  sources: ReadonlyMap<string, SourceSnapshot>,
): Map<string, RebuiltEvent> {
  const events = new Map<string, RebuiltEvent>();
  for (const row of stored) {
    const source = sources.get(row.source_id);
    if (source === undefined) continue;
    events.set(row.id, {
      eventId: row.id,
      source,
      kind: row.kind,
      hash: row.hash,
      order: row.order_value,
      content: JSON.stringify(row.content),
      occurredAt: row.occurred_at,
      receivedAt: row.received_at,
      identifierId: row.identifier_id,
      mappingVersion: row.mapping_version,
      covers: null,
      others: [],
      at: '',
      disposition: undefined,
      revision: row.revision,
    });
  }
  return events;
}

function changedOf(
  events: ReadonlyMap<string, RebuiltEvent>,
  source: SourceSnapshot,
  differences: readonly EventDifference[],
): Map<string, RebuiltEvent> {
  const changed = new Map(events);
  for (const { eventId, after } of differences) {
    if (after === undefined) changed.delete(eventId);
    else changed.set(eventId, eventAfter(after, source, changed.get(eventId)));
  }
  return changed;
}

function eventAfter(
  content: CanonicalEvent,
  source: SourceSnapshot,
  known: RebuiltEvent | undefined,
): RebuiltEvent {
  const first = content.identifiers[0];
  const at = instantFromIso(content.occurredAt);
  const { recordType, externalId, part } = content;
  return {
    eventId: known?.eventId ?? eventIdOf({ sourceId: source.id, recordType, externalId, part }),
    source,
    kind: content.kind,
    hash: hashOf(content),
    order: known?.order ?? null,
    content: JSON.stringify(content),
    occurredAt: at,
    receivedAt: known?.receivedAt ?? at,
    identifierId: first === undefined ? '' : identifierIdOf(source.programId, first.namespace, first.value),
    mappingVersion: known?.mappingVersion ?? 0,
    covers: null,
    others: [],
    at: '',
    disposition: undefined,
    revision: (known?.revision ?? 0) + 1,
  };
}
