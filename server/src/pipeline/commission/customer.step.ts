import { failpoint } from '../../platform/failpoint.ts';
import { isRetryable } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import { customerIdOf } from '../../kernel/derived-ids.ts';
import { toMillis } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isSameJson } from '../../kernel/json.ts';
import { findWantedVersion, livesWith } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { RoadMeter } from '../figures/facts.ts';
import type { StepContext, StepResult } from '../step.ts';
import { LeaseLost, NOTHING_MOVED } from '../step.ts';
import { isContextChanged, settleCustomer } from './customer-turn.ts';
import type { Settlement } from './customer-turn.ts';
import { causeOf, findRestatement, splitByCause } from './cause.ts';
import { listDecidedBonds } from './bond-changes.ts';
import { tellBondChanges } from './bond-changes.store.ts';
import { sendHops } from './hops.store.ts';
import type { TurnSays } from './hops.store.ts';
import { insertBonds, lockTurn } from './bonds.store.ts';
import type { Bond } from './bonds.store.ts';
import {
  EMPTY_SUMMARY,
  allowLongThinking,
  loadCustomers,
  loadFacts,
  loadGroups,
  markFailed,
  saveCustomers,
  savePlacements,
  saveSummaries,
} from './customer.store.ts';
import type { CustomerRow, CustomerSave, PlacementRow } from './customer.store.ts';
import { listDueCustomers, listDueLanes } from './due-customers.views.ts';
import type { DueCustomer } from './due-customers.views.ts';
import { EMPTY_CONTEXT } from './facts.ts';
import { dealsAskForTrades, listClosedTrades } from './closed-trades.ts';
import { listWhoseCpaMoves, loadExecutionsOf } from './closed-trades.store.ts';
import { decideCustomerScope } from './customer-scope.ts';
import { listFactsThatCount } from './members.ts';
import { loadExecutions } from './execution-groups.store.ts';
import { decideExecutions } from './executions.ts';
import type { CustomerContext, CustomerInput, CustomerScopeDecision } from './facts.ts';
import { cutTurns, MOST_ROWS, RELEASE_PATIENCE_MICROS } from './turn-size.ts';
import { listTurn } from './due-turn.step.ts';
import type { TurnSize } from './due-turn.step.ts';
import { createTurnRing } from './turn-ring.ts';
import { isReleasing } from './turn-size.views.ts';

/**
 * One turn of customer lanes: everything that is due is loaded, decided purely, and saved in one transaction with the
 * messages to other lanes (design.md 2). The messages are sent afterwards by the conveyor. Customers with long histories
 * are taken a few at a time, so that no more than about `mostRows` rows are held at once.
 */
export async function runCustomerStep(
  context: StepContext,
  mostRows = MOST_ROWS,
  ring = createTurnRing(),
): Promise<StepResult> {
  const held = new Set(context.lease.lanes);
  const since = (context.now() - RELEASE_PATIENCE_MICROS) as Instant;
  const { due, releasing } = await context.db.acrossLanes('recovery', async (tx) => ({
    due: await listDueLanes(tx),
    releasing: await isReleasing(tx, since),
  }));
  const lanes = due.filter((lane) => held.has(lane));
  if (lanes.length === 0) return NOTHING_MOVED;
  let moved = 0;
  for (let start = 0; start < lanes.length; start += context.db.lanesPerTransaction) {
    const share = lanes.slice(start, start + context.db.lanesPerTransaction);
    moved += await moveShare(context, share, { ring, mostRows, releasing });
  }
  await failpoint('customer:after-commit');
  return { moved, more: moved > 0 };
}

/** The customer step of one worker, whose turns go on where the last one ended. */
export function createCustomerStep(): (context: StepContext) => Promise<StepResult> {
  const ring = createTurnRing();
  return (context) => runCustomerStep(context, MOST_ROWS, ring);
}

/** What is due in these lanes: usually in one transaction; what is too much for it follows in transactions of its own. */
async function moveShare(context: StepContext, lanes: readonly number[], size: TurnSize): Promise<number> {
  let later: readonly (readonly DueCustomer[])[] = [];
  let moved = await moveTurn(context, lanes, async (tx) => {
    const { due, rowsOf } = await listTurn(tx, lanes, { ...size, limit: context.limit });
    const [first = [], ...others] = cutTurns(due, rowsOf, size.mostRows);
    later = others;
    return settleDue(context, tx, first, lanes);
  });
  for (const due of later) {
    const own = due.map((customer) => customer.lane);
    moved += await moveTurn(context, own, (tx) => settleDue(context, tx, due, own));
  }
  return moved;
}

async function moveTurn(
  context: StepContext,
  lanes: readonly number[],
  turn: (tx: Tx) => Promise<readonly TurnOutcome[]>,
): Promise<number> {
  try {
    return await commitTurn(context, lanes, turn);
  } catch (error) {
    if (isRetryable(error) || error instanceof LeaseLost) throw error;
    return isolate(context, [...new Set(lanes)], error);
  }
}

/** Runs a turn in one transaction and, when that stands, tells the meter; returns how many customers moved. */
async function commitTurn(
  context: StepContext,
  lanes: readonly number[],
  turn: (tx: Tx) => Promise<readonly TurnOutcome[]>,
): Promise<number> {
  const outcomes = await context.db.inLanes(lanes, turn);
  if (context.meter !== undefined) tellMeter(context.meter, outcomes, toMillis(context.now()));
  return outcomes.length;
}

function tellMeter(meter: RoadMeter, outcomes: readonly TurnOutcome[], nowMs: number): void {
  for (const { loaded, settlement } of outcomes) {
    const before = new Map(loaded.placements.map((row) => [row.eventId, row]));
    const paying = new Set(settlement.differences.map((difference) => difference.eventId));
    meter.decided(
      loaded.due.programId,
      settlement.placements.map(({ eventId, state, reason }) => ({
        eventId,
        from: before.get(eventId) ?? { state: 'pending', reason: null },
        to: { state, reason },
        pays: paying.has(eventId),
      })),
      nowMs,
    );
  }
}

/** Load everything, decide purely, save once. */
async function settleDue(
  context: StepContext,
  tx: Tx,
  due: readonly DueCustomer[],
  lanes: readonly number[],
): Promise<readonly TurnOutcome[]> {
  await context.lease.assert(tx);
  if (due.length === 0) return [];
  if (due.some((customer) => customer.isLong === true)) await allowLongThinking(tx);
  await lockTurn(tx);
  const outcomes = (await loadTurn(context, tx, due)).map(decideTurn);
  await saveTurn(context, tx, outcomes, lanes);
  await failpoint('customer:before-commit');
  return outcomes;
}

/** One customer with everything that its decision needs. */
interface LoadedCustomer {
  readonly due: DueCustomer;
  readonly program: ProgramSnapshot;
  readonly row: CustomerRow | undefined;
  readonly scope: CustomerScopeDecision | undefined;
  readonly context: CustomerContext;
  readonly placements: readonly PlacementRow[];
  readonly whole: boolean;
  /** Executions that were loaded for the sake of others: nothing new is decided about them. */
  readonly onlookers: ReadonlySet<string>;
  /** Of one who was merged away: with whom its facts are to stand too. */
  readonly factsTo: string | undefined;
}

/** Loads in two movements: first what decides about the customer, then the executions that this decision touches. */
async function loadTurn(
  context: StepContext,
  tx: Tx,
  due: readonly DueCustomer[],
): Promise<LoadedCustomer[]> {
  const rows = await loadCustomers(tx, due);
  const programs = await loadPrograms(context, due);
  const scoped = await listScoped(tx, due, {
    rowOf: ({ customerId }) => rows.get(customerId),
    programOf: (customer) => programOf(programs, customer),
  });
  const facts = scoped.length === 0 ? new Map() : await loadFacts(tx, scoped);
  const evidence = groupBy(
    await loadGroups(
      tx,
      scoped.map((customer) => ({ ...customer, groupKey: 'c' })),
    ),
    (row) => row.customerId,
  );
  const scopes = await decideScopes(tx, scoped, (customer) => {
    const { customerId } = customer;
    const program = programOf(programs, customer);
    return {
      program,
      customerId,
      facts: listFactsThatCount(program, customerId, facts.get(customerId) ?? []),
      events: eventsOf(evidence.get(customerId) ?? []),
    };
  });
  const contextOf = ({ customerId }: DueCustomer): CustomerContext =>
    scopes.get(customerId)?.context ?? rows.get(customerId)?.context ?? EMPTY_CONTEXT;
  const whole = scoped.filter((customer) =>
    isWhole(rows.get(customer.customerId), scopes.get(customer.customerId), programOf(programs, customer)),
  );
  const loaded = await loadExecutions(tx, { due, whole }, (customer) => ({
    program: programOf(programs, customer),
    context: contextOf(customer),
  }));
  const executions = groupBy(loaded.rows, (row) => row.customerId);
  const wholeIds = new Set(whole.map((customer) => customer.customerId));
  return due.map((customer) => {
    const row = rows.get(customer.customerId);
    const scope = scopes.get(customer.customerId);
    return {
      due: customer,
      program: programOf(programs, customer),
      row,
      scope,
      context: contextOf(customer),
      onlookers: loaded.onlookers,
      placements: [
        ...(evidence.get(customer.customerId) ?? []),
        ...(executions.get(customer.customerId) ?? []),
      ],
      whole: wholeIds.has(customer.customerId),
      factsTo: facts.has(customer.customerId)
        ? findElsewhere(programOf(programs, customer), customer.customerId)
        : undefined,
    };
  });
}

function findElsewhere(program: ProgramSnapshot, customerId: string): string | undefined {
  const root = livesWith(program, customerId);
  return root === customerId ? undefined : root;
}

/** Those whose customer scope is judged; for trades alone only where a CPA asks for them, and they can still move it. */
async function listScoped(
  tx: Tx,
  due: readonly DueCustomer[],
  known: Parameters<typeof listWhoseCpaMoves>[2],
): Promise<DueCustomer[]> {
  const asked = new Set(
    due.filter((customer) => needsScope(customer, known.rowOf(customer), known.programOf(customer))),
  );
  const others = await listWhoseCpaMoves(
    tx,
    due.filter((customer) => !asked.has(customer)),
    known,
  );
  return due.filter((customer) => asked.has(customer) || others.has(customer.customerId));
}

/** Decides customer scope, and where a deal of the partners that this finds asks for closed trades, again with them. */
async function decideScopes(
  tx: Tx,
  scoped: readonly DueCustomer[],
  inputOf: (customer: DueCustomer) => CustomerInput,
): Promise<Map<string, CustomerScopeDecision>> {
  const scopes = new Map(
    scoped.map((customer) => [customer.customerId, decideCustomerScope(inputOf(customer))]),
  );
  const asking = scoped.filter((customer) =>
    dealsAskForTrades(inputOf(customer).program, scopes.get(customer.customerId)?.context ?? EMPTY_CONTEXT),
  );
  const executions = await loadExecutionsOf(tx, asking);
  for (const customer of asking) {
    const input = inputOf(customer);
    const trades = listClosedTrades(input.program, executions.get(customer.customerId) ?? []);
    if (trades.length > 0) scopes.set(customer.customerId, decideCustomerScope({ ...input, trades }));
  }
  return scopes;
}

/** Customer scope is judged when its own evidence, a fact or the program's facts moved; a trade alone does not ask for it. */
function needsScope(due: DueCustomer, row: CustomerRow | undefined, program: ProgramSnapshot): boolean {
  if (row === undefined || row.touched > row.settled || isBehind(row, program)) return true;
  return due.groups.includes('c');
}

/** True when the facts moved in a way that concerns the customer (rules.md 3.6): by what it was bound to, nothing else of the tree decides. */
function isBehind(row: CustomerRow, program: ProgramSnapshot): boolean {
  // Nothing was counted of it yet: everything is, before anything is added.
  if (row.summary.figures === undefined) return true;
  return row.factsVersion < findWantedVersion(program, partnersOf(row.context));
}

/** Every partner that a customer is or was bound to. */
function partnersOf({ attributions }: CustomerContext): ReadonlySet<string> {
  return new Set(attributions.flatMap(({ partnerId }) => (partnerId === null ? [] : [partnerId])));
}

/** Every execution is judged again when its context moved, or when the program's facts did. */
function isWhole(
  row: CustomerRow | undefined,
  scope: CustomerScopeDecision | undefined,
  program: ProgramSnapshot,
): boolean {
  if (row === undefined || scope === undefined) return true;
  // What was touched may be money at a rate that is known only now.
  if (row.touched > row.settled) return true;
  return isBehind(row, program) || isContextChanged(row.context, scope.context);
}

async function loadPrograms(
  context: StepContext,
  due: readonly DueCustomer[],
): Promise<Map<string, ProgramSnapshot>> {
  const programs = new Map<string, ProgramSnapshot>();
  for (const customer of due) {
    if (!programs.has(customer.programId))
      programs.set(customer.programId, await context.registry.getProgram(customer.programId));
  }
  return programs;
}

function programOf(programs: ReadonlyMap<string, ProgramSnapshot>, due: DueCustomer): ProgramSnapshot {
  const program = programs.get(due.programId);
  if (program === undefined)
    throw new Error(`program ${due.programId} of customer ${due.customerId} is not in the registry`);
  return program;
}

function eventsOf(rows: readonly PlacementRow[]): PlacedEvent[] {
  return rows.flatMap((row) => (row.event === undefined || row.state === 'failed' ? [] : [row.event]));
}

interface TurnOutcome {
  readonly loaded: LoadedCustomer;
  readonly settlement: Settlement;
}

function decideTurn(loaded: LoadedCustomer): TurnOutcome {
  const { due, program, row, scope, context } = loaded;
  const events = eventsOf(loaded.placements).filter((event) => event.groupKey !== 'c');
  return {
    loaded,
    settlement: settleCustomer({
      program,
      context,
      customerId: due.customerId,
      lane: due.lane,
      scope,
      executions: decideExecutions({
        program,
        customerId: due.customerId,
        context,
        groups: groupBy(events, (event) => event.groupKey),
        pairLegs: events.filter((event) => event.pairKey !== null),
      }),
      placements: loaded.placements.filter(({ eventId }) => !loaded.onlookers.has(eventId)),
      whole: loaded.whole,
      before: { lines: row?.lines ?? [], claims: row?.claims ?? [], summary: row?.summary ?? EMPTY_SUMMARY },
    }),
  };
}

async function saveTurn(
  context: StepContext,
  tx: Tx,
  outcomes: readonly TurnOutcome[],
  lanes: readonly number[],
): Promise<void> {
  const now = context.now();
  await savePlacements(
    tx,
    outcomes.flatMap((outcome) => outcome.settlement.placements),
    now,
  );
  await saveCustomers(tx, outcomes.flatMap(customerSaves), now);
  await insertBonds(tx, outcomes.flatMap(newBonds));
  const bonds = outcomes.flatMap(({ loaded }) =>
    listDecidedBonds(loaded, customerName(loaded.due, loaded.placements)),
  );
  await tellBondChanges(tx, bonds, { now, newId: context.newId });
  await saveSummaries(tx, outcomes.flatMap(summarySaves));
  const home = lanes[0];
  if (home === undefined) return;
  await sendHops(tx, outcomes.map(sayHops), { home, newId: context.newId, now });
}

function sayHops({ loaded, settlement }: TurnOutcome): TurnSays {
  const { due, program, row, placements, factsTo } = loaded;
  const moved =
    row === undefined ? null : findRestatement(program, partnersOf(row.context), row.factsVersion);
  const caused = causeOf([row?.changeSetId ?? null, moved], placements);
  return {
    loaded: { due },
    settlement,
    factsTo,
    ...splitByCause(settlement.differences, placements, caused),
  };
}

function customerSaves(outcome: TurnOutcome): CustomerSave[] {
  const { due, program, row, scope, context, placements } = outcome.loaded;
  if (scope === undefined) return [];
  const name = customerName(due, placements) ?? { namespace: row?.namespace ?? '', value: row?.value ?? '' };
  return [
    {
      lane: due.lane,
      id: due.customerId,
      programId: due.programId,
      ...name,
      registeredAt: context.registeredAt,
      partnerId: context.attributions.at(-1)?.partnerId ?? null,
      context,
      summary: outcome.settlement.summary,
      lines: scope.lines,
      claims: scope.claims,
      factsVersion: program.factsVersion,
      settled: row?.touched ?? 0,
    },
  ];
}

function newBonds({ loaded }: TurnOutcome): Bond[] {
  const { due, row, scope } = loaded;
  const before = row === undefined ? new Set<string>() : partnersOf(row.context);
  return scope === undefined
    ? []
    : [...partnersOf(scope.context)]
        .filter((id) => !before.has(id))
        .map((partnerId) => ({ lane: due.lane, customerId: due.customerId, partnerId }));
}

/** The registrar's identifier of the customer, as the registration or a row of a mapping table names it. */
function customerName(
  { programId, customerId }: DueCustomer,
  placements: readonly PlacementRow[],
): { namespace: string; value: string } | undefined {
  for (const { event } of placements) {
    const content = event?.content;
    const names =
      content?.link !== undefined
        ? [{ namespace: content.link.customerNamespace, value: content.link.customerValue }]
        : content?.kind === 'registration'
          ? content.identifiers
          : [];
    // What was merged into it brings registrations under other names.
    const own = names.find(
      ({ namespace, value }) => customerIdOf(programId, namespace, value) === customerId,
    );
    if (own !== undefined) return own;
  }
  return undefined;
}

function summarySaves(outcome: TurnOutcome): { lane: number; id: string; summary: Settlement['summary'] }[] {
  const { due, row, scope } = outcome.loaded;
  const { summary } = outcome.settlement;
  if (scope !== undefined || row === undefined || isSameJson(row.summary, summary)) return [];
  return [{ lane: due.lane, id: due.customerId, summary }];
}

/**
 * One customer whose evidence makes a decision throw must not stop the others: each is tried alone, and the one that
 * throws is marked failed with its error, to be retried by a person (rules.md 3.9).
 */
async function isolate(context: StepContext, lanes: readonly number[], cause: unknown): Promise<number> {
  context.log.warn({ err: cause }, 'a turn of customer lanes failed; its customers are tried one by one');
  let moved = 0;
  for (const lane of lanes) {
    const due = await context.db.inLanes([lane], (tx) =>
      listDueCustomers(tx, [lane], { limit: context.limit }),
    );
    for (const customer of due) {
      try {
        await commitTurn(context, [lane], (tx) => settleDue(context, tx, [customer], [lane]));
      } catch (error) {
        if (isRetryable(error)) throw error;
        context.log.error(
          { err: error, customer: customer.customerId },
          'the evidence of a customer cannot be decided',
        );
        await context.db.inLanes([lane], async (tx) => {
          await context.lease.assert(tx);
          await markFailed(tx, customer);
        });
      }
      moved += 1;
    }
  }
  return moved;
}

function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
