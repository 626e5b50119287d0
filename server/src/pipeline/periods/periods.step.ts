import { formatInstant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { causeOf, findRestatement, insertHop } from '../commission/index.ts';
import type { InputDifference, LineDifference, LinesHop } from '../commission/facts.ts';
import { formatDecimal } from '../../kernel/decimal.ts';
import type { StepContext, StepResult } from '../step.ts';
import { NOTHING_MOVED } from '../step.ts';
import { loadActiveSpans } from './active-spans.views.ts';
import { loadPaidMonths } from './paid-months.views.ts';
import type {
  ActiveSpan,
  Candidate,
  CustomerSums,
  PaidMonth,
  PeriodEvidence,
  PeriodResult,
  PeriodTerms,
} from './facts.ts';
import {
  listClosedLanes,
  listDueComponents,
  listDueLanes,
  loadCandidates,
  loadFactsInForce,
  loadFreshInputs,
  loadInputsOf,
  loadScopes,
  loadSpecialInputs,
  saveScopes,
  saveWeights,
  scopeKey,
  touchClosed,
} from './periods.store.ts';
import type { DueComponent, InputRow, ScopeRow, ScopeSave, StoredResult } from './periods.store.ts';
import { settleComponent } from './settle-component.ts';
import { findTerms } from './settle-scope.ts';
import { addMeasures, weighCustomer, weighingOf } from './weigh.ts';
import { looksBackForActive } from './windows.ts';

/** Components that one transaction decides at most: each is decided over all of its periods. */
const MOST_COMPONENTS = 200;

/**
 * One turn of partner lanes over what is settled by period: scopes that something was brought to, or whose period was closed, are
 * decided again, each component once whatever came in, and the difference to what was handed to the books is sent to the ledger.
 */
export async function runPeriodStep(context: StepContext): Promise<StepResult> {
  const held = new Set(context.lease.lanes);
  const [due, closed] = [
    await context.db.acrossLanes('recovery', listDueLanes),
    await context.db.acrossLanes('recovery', listClosedLanes),
  ];
  const lanes = [...new Set([...due, ...closed])].filter((lane) => held.has(lane)).toSorted((a, b) => a - b);
  if (lanes.length === 0) return NOTHING_MOVED;
  let moved = 0;
  for (let start = 0; start < lanes.length; start += context.db.lanesPerTransaction) {
    const share = lanes.slice(start, start + context.db.lanesPerTransaction);
    moved += await context.db.inLanes(share, (tx) => decideShare(context, tx, share));
  }
  return { moved, more: moved > 0 };
}

async function decideShare(context: StepContext, tx: Tx, lanes: readonly number[]): Promise<number> {
  await context.lease.assert(tx);
  await touchClosed(tx, lanes);
  const due = await listDueComponents(tx, lanes, MOST_COMPONENTS);
  if (due.length === 0) return 0;
  const programs = new Map<string, ProgramSnapshot>();
  for (const { programId } of due)
    if (!programs.has(programId)) programs.set(programId, await context.registry.getProgram(programId));
  const loaded = await loadComponents(tx, due, programs);
  const inForce = await loadFactsInForce(tx, [...programs.keys()]);
  const settled = loaded.map((one) => settleLoaded(one, inForce.get(one.due.programId) ?? 0));
  await saveWeights(
    tx,
    loaded.flatMap((one) => one.weighed),
  );
  await saveScopes(
    tx,
    settled.flatMap((one) => one.saves),
    formatInstant(context.now()),
  );
  await sendLines(context, tx, settled);
  await failpoint('period:before-commit');
  return due.length;
}

interface LoadedComponent {
  readonly due: DueComponent;
  readonly program: ProgramSnapshot;
  readonly termsOf: (period: string) => PeriodTerms | undefined;
  readonly scopes: readonly ScopeRow[];
  readonly weighed: readonly InputRow[];
  readonly evidence: readonly PeriodEvidence[];
  readonly weighedBy: ReadonlyMap<string, string | null>;
  readonly paid: readonly PaidMonth[];
  readonly activity: readonly ActiveSpan[];
}

/** Loads in two movements: what was brought and not weighed yet, and then those who matter by themselves. */
async function loadComponents(
  tx: Tx,
  due: readonly DueComponent[],
  programs: ReadonlyMap<string, ProgramSnapshot>,
): Promise<LoadedComponent[]> {
  const scopes = await loadScopes(tx, due);
  const termsOfDue = (one: DueComponent): LoadedComponent['termsOf'] => {
    const program = programOf(programs, one);
    return (period) => findTerms(program, one.partnerId, { component: one.component, period });
  };
  const isReweighed = (scope: ScopeRow): boolean =>
    scope.weighedBy !== null && scope.weighedBy !== weighingOf(termsOfDue(dueOf(due, scope))(scope.period));
  const inputs = new Map(
    [...(await loadFreshInputs(tx, due)), ...(await loadInputsOf(tx, scopes.filter(isReweighed)))].map(
      (row) => [`${scopeKey(row)} ${row.customerId}`, row],
    ),
  );
  const weighed = Map.groupBy(inputs.values(), componentKey);
  const isSpecial = (one: DueComponent): boolean =>
    scopes.some((scope) => {
      if (componentKey(scope) !== componentKey(one)) return false;
      const component = termsOfDue(one)(scope.period)?.component;
      return (
        component?.kind === 'revshare' &&
        (component.highRoller !== null ||
          component.recoup?.by === 'customer' ||
          component.unlessPaid !== null)
      );
    });
  const special = due.filter(isSpecial);
  const candidates = Map.groupBy(await loadCandidates(tx, due), scopeKey);
  const taken = due.filter((one) =>
    scopes.some(
      (scope) => componentKey(scope) === componentKey(one) && isAnyTaken(candidates.get(scopeKey(scope))),
    ),
  );
  const paid = Map.groupBy(await loadPaidMonths(tx, taken), componentKey);
  const rolling = due.filter((one) =>
    scopes.some(
      (scope) =>
        componentKey(scope) === componentKey(one) &&
        looksBackForActive(termsOfDue(one)(scope.period)?.component),
    ),
  );
  const activity = Map.groupBy(await loadActiveSpans(tx, rolling), componentKey);
  const prepared = due.map((one) =>
    weighComponent(one, {
      program: programOf(programs, one),
      termsOf: termsOfDue(one),
      scopes: scopes.filter((scope) => componentKey(scope) === componentKey(one)),
      inputs: weighed.get(componentKey(one)) ?? [],
      candidates,
      paid: paid.get(componentKey(one)) ?? [],
      activity: activity.get(componentKey(one)) ?? [],
    }),
  );
  if (special.length === 0) return prepared;
  await saveWeights(
    tx,
    prepared.flatMap((one) => one.weighed),
  );
  const customers = Map.groupBy(await loadSpecialInputs(tx, special), scopeKey);
  return prepared.map((one) => ({
    ...one,
    weighed: [],
    evidence: one.evidence.map((evidence) => ({
      ...evidence,
      customers: (customers.get(scopeKey({ ...one.due, period: evidence.period })) ?? []).map(
        ({ customerId, measures }): CustomerSums => ({ customerId, measures }),
      ),
    })),
  }));
}

function dueOf(due: readonly DueComponent[], scope: ScopeRow): DueComponent {
  return due.find((one) => componentKey(one) === componentKey(scope)) ?? scope;
}

function componentKey(one: {
  readonly lane: number;
  readonly partnerId: string;
  readonly component: string;
}): string {
  return `${one.lane} ${one.partnerId} ${one.component}`;
}

function programOf(programs: ReadonlyMap<string, ProgramSnapshot>, one: DueComponent): ProgramSnapshot {
  const program = programs.get(one.programId);
  if (program === undefined) throw new Error(`program ${one.programId} is not in the registry`);
  return program;
}

interface Prepared {
  readonly program: ProgramSnapshot;
  readonly termsOf: LoadedComponent['termsOf'];
  readonly scopes: readonly ScopeRow[];
  readonly inputs: readonly InputRow[];
  readonly candidates: ReadonlyMap<string, readonly { readonly candidate: Candidate }[]>;
  readonly paid: readonly PaidMonth[];
  readonly activity: readonly ActiveSpan[];
}

function isAnyTaken(loaded: readonly { readonly candidate: Candidate }[] | undefined): boolean {
  return loaded?.some(({ candidate }) => candidate.taken !== undefined) ?? false;
}

/** Brings the totals of every scope up to what its customers weigh now. */
function weighComponent(due: DueComponent, prepared: Prepared): LoadedComponent {
  const { program, termsOf, scopes, inputs, candidates, paid, activity } = prepared;
  const totals = new Map(scopes.map((scope) => [scope.period, scope.totals]));
  const weighed: InputRow[] = [];
  for (const row of inputs) {
    const component = termsOf(row.period)?.component;
    const weight =
      component === undefined
        ? { totals: {}, special: false }
        : weighCustomer(component, Object.keys(row.measures).length === 0 ? undefined : row.measures);
    const before = totals.get(row.period) ?? {};
    totals.set(row.period, addMeasures(addMeasures(before, row.weighed, -1), weight.totals));
    weighed.push({ ...row, weighed: weight.totals, special: weight.special });
  }
  const evidence = scopes.map((scope): PeriodEvidence => ({
    period: scope.period,
    totals: totals.get(scope.period) ?? {},
    customers: [],
    candidates: (candidates.get(scopeKey(scope)) ?? []).map(({ candidate }) => candidate),
  }));
  const weighedBy = new Map(scopes.map((scope) => [scope.period, weighingOf(termsOf(scope.period))]));
  return { due, program, termsOf, scopes, weighed, evidence, weighedBy, paid, activity };
}

interface SettledComponent {
  readonly due: DueComponent;
  readonly saves: readonly ScopeSave[];
  /** The change set behind the turn of the component; null = none. */
  readonly changeSetId: string | null;
  /** What it caused in closed months, which waits for its review. */
  readonly caused: readonly LineDifference[];
  readonly ordinary: readonly LineDifference[];
  readonly above: readonly InputDifference[];
}

/**
 * The change set behind the turn of a component: the newest that brought something to one of its months, or made the terms or the place of
 * the partner others since it was decided last. All months are decided together, because a carry runs on, so the set is behind all of them.
 */
function causeOfComponent({ due, program, scopes }: LoadedComponent, inForce: number): string | null {
  const decidedBy = Math.max(0, ...scopes.map((scope) => scope.factsVersion));
  const since = decidedBy === 0 ? inForce : decidedBy;
  const restated = findRestatement(program, [due.partnerId], since);
  return causeOf([restated, ...scopes.map((scope) => scope.changeSetId)], []);
}

/** `inForce`: of the program, for a component that was never decided. */
function settleLoaded(loaded: LoadedComponent, inForce: number): SettledComponent {
  const { due, program, scopes } = loaded;
  const rows = new Map(scopes.map((scope) => [scope.period, scope]));
  const isClosed = (period: string): boolean => rows.get(period)?.closed ?? false;
  const settled = settleComponent(program, {
    ...due,
    evidence: loaded.evidence,
    bookedOf: (period) => rows.get(period)?.booked ?? {},
    isClosed,
    paidOf: (period) => loaded.paid.filter((one) => one.period === period),
    activity: loaded.activity,
  });
  return {
    due,
    saves: settled.map(({ evidence, result, settlement }): ScopeSave => ({
      ...due,
      period: evidence.period,
      totals: evidence.totals,
      weighedBy: loaded.weighedBy.get(evidence.period) ?? null,
      booked: settlement.booked,
      result: result === undefined ? null : storedOf(result),
      due: false,
      provisional: !isClosed(evidence.period),
      factsVersion: program.factsVersion,
    })),
    ...splitByMonth(
      settled.flatMap(({ settlement }) => settlement.differences),
      causeOfComponent(loaded, inForce),
      isClosed,
    ),
    above: settled.flatMap(({ settlement }) => settlement.above),
  };
}

/** What is provisional is not paid before its month is closed, which is a review of its own (decision 25). */
function splitByMonth(
  differences: readonly LineDifference[],
  changeSetId: string | null,
  isClosed: (period: string) => boolean,
): Pick<SettledComponent, 'changeSetId' | 'caused' | 'ordinary'> {
  if (changeSetId === null) return { changeSetId, caused: [], ordinary: differences };
  const waits = ({ period }: LineDifference): boolean => period !== undefined && isClosed(period);
  return {
    changeSetId,
    caused: differences.filter(waits),
    ordinary: differences.filter((one) => !waits(one)),
  };
}

function storedOf(result: PeriodResult): StoredResult {
  return {
    amountMinor: result.amountMinor.toString(),
    currency: result.currency,
    exact: formatDecimal(result.exact),
    ...(result.reason === undefined ? {} : { reason: result.reason }),
    steps: result.steps,
    carry: result.carry,
    dealId: result.dealId,
    dealVersion: result.dealVersion,
    ...(result.grade === undefined ? {} : { grade: result.grade }),
  };
}

/** One message for each program and change set, from a lane of the turn. */
async function sendLines(context: StepContext, tx: Tx, settled: readonly SettledComponent[]): Promise<void> {
  for (const [programId, own] of Map.groupBy(settled, (one) => one.due.programId)) {
    const home = own[0]?.due.lane;
    if (home === undefined) continue;
    const send = async (payload: LinesHop): Promise<void> => {
      if (payload.differences.length + (payload.inputs?.length ?? 0) > 0)
        await insertHop(tx, { lane: home, id: context.newId(), kind: 'lines', payload, now: context.now() });
    };
    const shareOf = (some: readonly SettledComponent[]): Pick<LinesHop, 'inputs'> => {
      const inputs = some.flatMap((one) => one.above);
      return inputs.length === 0 ? {} : { inputs };
    };
    const ordinary = own.flatMap((one) => one.ordinary);
    const bySet = Map.groupBy(own, (one) => one.changeSetId);
    await send({ programId, differences: ordinary, ...shareOf(bySet.get(null) ?? []) });
    for (const [changeSetId, ofSet] of bySet)
      if (changeSetId !== null) {
        const differences = ofSet.flatMap((one) => one.caused);
        await send({ programId, changeSetId, differences, ...shareOf(ofSet) });
      }
  }
}
