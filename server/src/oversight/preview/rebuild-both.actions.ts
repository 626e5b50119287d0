// What some customers' evidence gives as it stands, and as it would be, by the very functions of the road.
import { setImmediate } from 'node:timers/promises';
import { canonicalJson } from '../../kernel/json.ts';
import type { Tx } from '../../platform/db.ts';
import { listMembers, livesWith } from '../../registry/facts.ts';
import type { ProgramSnapshot, SourceSnapshot } from '../../registry/facts.ts';
import { decideOne, loadFactsOf, placeAll, ROAD_RULES } from '../verify/index.ts';
import type { Evidence, RebuiltCustomer, RebuiltEvent } from '../verify/index.ts';
import { listClaimants, listEventsOf, listParkedUnder, loadEvents, loadSources } from './closure.views.ts';
import type { StoredEvent } from './closure.views.ts';
import { settleMonths } from './settle-months.actions.ts';
import type { CustomerInput } from './settle-months.actions.ts';
import { addLines } from './compare-money.ts';
import type { LineBook } from './compare-money.ts';

/** A preview looks at so much; beyond it the figures say that they are not all. */
export const PREVIEW_LIMITS = { customers: 20_000, events: 500_000 } as const;

/** A change of evidence, and everything that it may concern. */
export interface EvidenceChange {
  readonly program: ProgramSnapshot;
  /** Whose facts or events change, or who may be decided otherwise. */
  readonly customerIds: readonly string[];
  /** Identifiers that may come to be somebody else's: who claims them and what waits under them is looked at too. */
  readonly identifierIds?: readonly string[];
  /** Events beyond those of the customers. */
  readonly eventIds?: readonly string[];
  /** The evidence of these customers as it would be; pure. They come some at a time, when neither identifiers nor events are named. */
  readonly change: (evidence: Evidence, customerIds: ReadonlySet<string>) => Evidence;
  /** Whose terms or place in the tree would be others: their months are settled anew, whatever customers bring. */
  readonly partnerIds?: readonly string[];
  readonly limits?: { readonly customers: number; readonly events: number };
  /** Told now and then; may throw to end it. */
  readonly onProgress?: (stage: string, done: number, total: number) => Promise<void>;
  /** Takes what everyone gives on each side, in place of the books of lines, which then stay empty: a whole history is too large for them. */
  readonly collect?: (side: 'before' | 'after', customer: RebuiltCustomer) => void;
}

export interface BothBooks {
  readonly before: LineBook;
  readonly after: LineBook;
  readonly customers: { looked: number; changed: number };
  readonly events: { looked: number; changed: number };
  /** What was left out, in words; empty = nothing. */
  readonly cut: readonly string[];
}

/** The books while they are written. */
interface OpenBooks extends BothBooks {
  readonly cut: string[];
  /** What customers bring to what is settled by month, of those who would bring something else. */
  readonly inputs: { readonly before: CustomerInput[]; readonly after: CustomerInput[] };
  programAfter: ProgramSnapshot;
}

const CUSTOMERS_PER_BATCH = 500;

/** Decides everyone concerned twice, and writes nothing. Customers are taken by parts where no identifier can join them. */
export async function rebuildBoth(tx: Tx, asked: EvidenceChange): Promise<BothBooks> {
  const limits = asked.limits ?? PREVIEW_LIMITS;
  const identifierIds = asked.identifierIds ?? [];
  const isJoined = identifierIds.length + (asked.eventIds?.length ?? 0) > 0;
  const groups = listGroups(asked.program, [
    ...asked.customerIds,
    ...(await listClaimants(tx, identifierIds)),
  ]);
  const wanted = groups.flat();
  const customers = wanted.slice(0, limits.customers);
  const sources = await loadSources(tx);
  const books: OpenBooks = {
    before: new Map(),
    after: new Map(),
    customers: { looked: 0, changed: 0 },
    events: { looked: 0, changed: 0 },
    cut: [],
    inputs: { before: [], after: [] },
    programAfter: asked.program,
  };
  if (wanted.length > customers.length)
    books.cut.push(
      `${wanted.length - customers.length} customers beyond the first ${customers.length} were not rebuilt.`,
    );
  const parked = await listParkedUnder(tx, identifierIds, limits.events);
  const beside = [...parked, ...(asked.eventIds ?? [])];
  for (const part of isJoined ? [customers] : batchesOf(groups, customers.length)) {
    const room = limits.events - books.events.looked;
    const eventIds = await listEventsOf(tx, part, room + 1);
    if (eventIds.length > room) {
      books.cut.push(
        `The customers concerned have more than ${limits.events} events; those beyond were not read.`,
      );
    }
    const stored = await loadAll(tx, [...new Set([...eventIds.slice(0, room), ...beside])]);
    const before: Evidence = {
      events: rebuiltOf(stored, sources),
      facts: await loadFactsOf(tx, part),
      programs: new Map([[asked.program.id, asked.program]]),
    };
    const after = asked.change(before, new Set(part));
    books.programAfter = after.programs.get(asked.program.id) ?? asked.program;
    await decideBatch(books, { before, after, part }, asked);
    if (eventIds.length > room) break;
  }
  // Only the sum of a month is defined, over all of a partner's customers.
  if (asked.collect === undefined) {
    const { program, partnerIds = [] } = asked;
    const { programAfter, inputs } = books;
    books.cut.push(...(await settleMonths(tx, { program, programAfter, inputs, partnerIds }, books)));
  }
  return books;
}

/** Who lives together is decided together, in the order of the ones with whom they live: what one of them says may hold for all. */
function listGroups(program: ProgramSnapshot, customerIds: readonly string[]): (readonly string[])[] {
  const homes = new Set(customerIds.map((id) => livesWith(program, id)));
  return [...homes].toSorted().map((id) => listMembers(program, id));
}

/** Whole groups, up to about so many customers at a time and no more than `most` in all; at least one batch. */
function batchesOf(groups: readonly (readonly string[])[], most: number): string[][] {
  const batches: string[][] = [[]];
  let left = most;
  for (const group of groups) {
    const last = batches.at(-1);
    const taken = group.slice(0, left);
    left -= taken.length;
    if (last !== undefined && (last.length === 0 || last.length + taken.length <= CUSTOMERS_PER_BATCH))
      last.push(...taken);
    else if (taken.length > 0) batches.push([...taken]);
  }
  return batches;
}

async function decideBatch(
  books: OpenBooks,
  batch: { readonly before: Evidence; readonly after: Evidence; readonly part: readonly string[] },
  { program, customerIds, onProgress, collect }: EvidenceChange,
): Promise<void> {
  const { before, after, part } = batch;
  const places = { before: placeAll(before, ROAD_RULES), after: placeAll(after, ROAD_RULES) };
  const ids = [...new Set([...part, ...places.after.byCustomer.keys(), ...places.before.byCustomer.keys()])];
  const said = { before: new Map<string, string>(), after: new Map<string, string>() };
  const inputs = {
    before: new Map<string, readonly CustomerInput[]>(),
    after: new Map<string, readonly CustomerInput[]>(),
  };
  const base = books.customers.looked;
  for (const [index, customerId] of ids.entries()) {
    if (index % 100 === 0) {
      await onProgress?.('customers', base + index, Math.max(customerIds.length, ids.length));
      await setImmediate();
    }
    const decide = (side: 'before' | 'after'): string =>
      addCustomer(
        {
          book: books[side],
          said: said[side],
          inputs: inputs[side],
          ...(collect === undefined ? {} : { collect: (customer) => collect(side, customer) }),
        },
        side === 'before' ? before : after,
        {
          customerId,
          programId: program.id,
          eventIds: places[side].byCustomer.get(customerId)?.eventIds ?? [],
        },
      );
    if (decide('before') !== decide('after')) books.customers.changed += 1;
    const [was, is] = [inputs.before.get(customerId) ?? [], inputs.after.get(customerId) ?? []];
    if (sayInputs(was) !== sayInputs(is)) {
      for (const input of was) books.inputs.before.push(input);
      for (const input of is) books.inputs.after.push(input);
    }
  }
  books.customers.looked += ids.length;
  const eventIds = new Set([...before.events.keys(), ...after.events.keys()]);
  books.events.looked += eventIds.size;
  for (const id of eventIds) if (said.before.get(id) !== said.after.get(id)) books.events.changed += 1;
}

const EVENTS_PER_PAGE = 5_000;

async function loadAll(tx: Tx, ids: readonly string[]): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let start = 0; start < ids.length; start += EVENTS_PER_PAGE)
    events.push(...(await loadEvents(tx, ids.slice(start, start + EVENTS_PER_PAGE))));
  return events;
}

/** Adds what a customer's evidence gives to the book; answers a text that is the same when lines and what goes to a month are. */
function addCustomer(
  into: {
    readonly book: LineBook;
    readonly said: Map<string, string>;
    readonly inputs: Map<string, readonly CustomerInput[]>;
    readonly collect?: (customer: RebuiltCustomer) => void;
  },
  evidence: Evidence,
  customer: {
    readonly customerId: string;
    readonly programId: string;
    readonly eventIds: readonly string[];
  },
): string {
  const { customerId, eventIds } = customer;
  if (eventIds.length === 0 && !evidence.facts.has(customerId)) return '';
  const rebuilt = decideOne(evidence, customer, ROAD_RULES);
  if (into.collect !== undefined) {
    into.collect(rebuilt);
    return '';
  }
  const { scope, decisions } = rebuilt;
  addLines(into.book, `c:${customerId}`, scope.lines);
  const said: string[] = scope.lines.map(sayLine);
  for (const [eventId, decision] of decisions) {
    addLines(into.book, `e:${eventId}`, decision.lines);
    const lines = decision.lines.map((line) => `${eventId} ${sayLine(line)}`);
    said.push(...lines);
    into.said.set(eventId, `${customerId} ${decision.state} ${decision.reason ?? ''} ${lines.join(' ')}`);
  }
  const brought = [
    ...scope.inputs,
    ...[...decisions.values()].flatMap((decision) => decision.inputs ?? []),
  ].map((input): CustomerInput => ({ ...input, customerId }));
  if (brought.length > 0) into.inputs.set(customerId, brought);
  return [...said.toSorted(), sayInputs(brought)].join('\n');
}

function sayInputs(inputs: readonly CustomerInput[]): string {
  return inputs
    .map((input) => canonicalJson(input))
    .toSorted()
    .join('\n');
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
