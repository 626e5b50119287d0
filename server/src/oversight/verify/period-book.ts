// What is settled by period, from what the rebuilt customers bring alone: scope by scope, as the partner's lane does it. Pure.
import { wireId } from '../../kernel/ids.ts';
import { canonicalJson } from '../../kernel/json.ts';
import type { InputDifference, LineDifference, PeriodInput } from '../../pipeline/commission/facts.ts';
import type { Candidate, PaidMonth, PeriodEvidence, PeriodResult } from '../../pipeline/periods/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { firstDifference, sayDifference } from './compare.ts';
import type { Difference, ProgramsById, RebuiltCustomer } from './facts.ts';
import type { PeriodRules } from './road-rules.ts';

type Measures = Readonly<Record<string, string>>;

/** What is kept of one customer in one scope. */
export interface PeriodInputKept {
  readonly partnerId: string;
  readonly component: string;
  readonly period: string;
  readonly customerId: string;
  readonly measures: Measures;
}

/** What is kept of one scope. */
export interface PeriodScopeKept {
  readonly programId: string;
  readonly partnerId: string;
  readonly component: string;
  readonly period: string;
  readonly totals: Measures;
  readonly result: { readonly amountMinor: string; readonly reason?: string; readonly exact: string } | null;
  /** To be decided again, or decided before its period was closed or by older facts. */
  readonly isDue: boolean;
}

export interface PeriodsKept {
  readonly inputs: readonly PeriodInputKept[];
  readonly scopes: readonly PeriodScopeKept[];
  /** `program period` of those that were closed. */
  readonly closed: ReadonlySet<string>;
  /** Programs that owe fixed amounts which are not all decided. */
  readonly feesOpen: readonly string[];
  /** What payments paid out of months whose payments were taken back later; absent: nothing. */
  readonly paid?: readonly (PaidMonth & { readonly partnerId: string; readonly component: string })[];
  /** What was sent to scopes and is not counted. */
  readonly sent: readonly InputDifference[];
}

interface Brought {
  readonly programId: string;
  readonly partnerId: string;
  readonly component: string;
  /** By period, then customer. */
  readonly periods: Map<string, Map<string, Measures>>;
  readonly candidates: Map<string, Candidate[]>;
}

interface Settled {
  readonly totals: Measures;
  readonly result: PeriodResult | undefined;
}

/** How often what partners below earn may change what those above earn: once for each level of the tree, and a few more. */
const MOST_ROUNDS = 64;

/** Collects what customers bring by the evidence, and settles it. */
export class PeriodBook {
  readonly #rules: PeriodRules;
  readonly #programs: ProgramsById;
  readonly #brought = new Map<string, Brought>();
  readonly #doubted = new Set<string>();
  #settled = new Map<string, Settled>();
  #withBelow = new Map<string, Brought>();

  constructor(rules: PeriodRules, programs: ProgramsById) {
    this.#rules = rules;
    this.#programs = programs;
  }

  /** Adds what a customer brings whose decisions are settled. */
  desire(customer: RebuiltCustomer): void {
    for (const input of inputsOf(customer))
      this.#add(this.#brought, customer.programId, { ...input, customerId: customer.customerId });
  }

  /** Adds a sum as it stands, of a customer or of a partner below. */
  bring(programId: string, input: PeriodInput & { readonly customerId: string }): void {
    this.#add(this.#brought, programId, input);
  }

  /** Adds what is paid whole or not at all, whoever brought it. */
  bringCandidate(
    programId: string,
    one: {
      readonly partnerId: string;
      readonly component: string;
      readonly period: string;
      readonly candidate: Candidate;
    },
  ): void {
    const { partnerId, component, period, candidate } = one;
    const key = keyOf({ programId, partnerId, component });
    const empty = { programId, partnerId, component, periods: new Map(), candidates: new Map() };
    const brought = this.#brought.get(key) ?? empty;
    this.#brought.set(key, brought);
    if (!brought.periods.has(period)) brought.periods.set(period, new Map());
    brought.candidates.set(period, [...(brought.candidates.get(period) ?? []), candidate]);
  }

  /** A customer who is on the road: nothing is said of the partners that it brings something to. */
  doubt(customer: RebuiltCustomer): void {
    this.desire(customer);
    for (const { partnerId } of inputsOf(customer)) this.#doubt(customer.programId, partnerId);
  }

  /** True when something on the road touches what the partner earns by period. */
  isDoubted(partnerId: string): boolean {
    return this.#doubted.has(partnerId);
  }

  /** Settles everything from the beginning: the lines that the books must hold. */
  settle(kept: PeriodsKept, isUnsettled: (customerId: string) => boolean): LineDifference[] {
    this.#doubtKept(kept, isUnsettled);
    let above: readonly OfProgram[] = [];
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const outcome = this.#settleRound(above, kept);
      if (canonicalJson(above) === canonicalJson(outcome.above)) return outcome.lines;
      above = outcome.above;
    }
    throw new Error('what partners earn on each other comes to no end');
  }

  #settleRound(
    above: readonly OfProgram[],
    kept: PeriodsKept,
  ): { readonly lines: LineDifference[]; readonly above: readonly OfProgram[] } {
    const all = new Map([...this.#brought].map(([key, one]) => [key, copyOf(one)]));
    for (const { programId, input } of above) this.#add(all, programId, input);
    const lines: LineDifference[] = [];
    const next: OfProgram[] = [];
    this.#settled = new Map();
    // What is earned by time alone, where nobody brought anything.
    for (const [programId, program] of this.#programs)
      for (const { partnerId, component } of this.#rules.listFeeAnchors(program)) {
        const empty = { programId, partnerId, component, periods: new Map(), candidates: new Map() };
        if (!all.has(keyOf(empty))) all.set(keyOf(empty), empty);
      }
    this.#withBelow = all;
    for (const one of [...all.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)))
      for (const { evidence, result, settlement } of this.#settleOne(one, kept)) {
        this.#settled.set(`${keyOf(one)} ${evidence.period}`, { totals: evidence.totals, result });
        lines.push(...settlement.differences);
        next.push(...settlement.above.map((input) => ({ programId: one.programId, input })));
      }
    return { lines, above: next };
  }

  #settleOne(one: Brought, kept: PeriodsKept): ReturnType<PeriodRules['settleComponent']> {
    const program = this.#programOf(one.programId);
    const { partnerId, component } = one;
    const weighed = [...one.periods].flatMap(([period, customers]) => {
      const terms = this.#rules.findTerms(program, partnerId, { component, period });
      return [...customers].map(([customerId, measures]) => ({
        period,
        customerId,
        measures,
        weight:
          terms === undefined
            ? { totals: {}, special: false }
            : this.#rules.weighCustomer(terms.component, measures),
      }));
    });
    const special = new Set(weighed.filter((row) => row.weight.special).map((row) => row.customerId));
    const evidence = [...one.periods.keys()].toSorted().map((period): PeriodEvidence => {
      const own = weighed.filter((row) => row.period === period);
      return {
        period,
        totals: own.reduce<Measures>((sum, row) => this.#rules.addMeasures(sum, row.weight.totals), {}),
        customers: own
          .filter((row) => special.has(row.customerId))
          .map(({ customerId, measures }) => ({ customerId, measures }))
          .toSorted((a, b) => (a.customerId < b.customerId ? -1 : 1)),
        candidates: one.candidates.get(period) ?? [],
      };
    });
    return this.#rules.settleComponent(program, {
      partnerId,
      component,
      evidence,
      activity: this.#rules.listActiveSpans(one.periods),
      bookedOf: () => ({}),
      isClosed: (period) => kept.closed.has(`${one.programId} ${period}`),
      paidOf: (period) =>
        (kept.paid ?? []).filter(
          (paid) => paid.partnerId === partnerId && paid.component === component && paid.period === period,
        ),
    });
  }

  /** Sums and scopes that are not what the evidence gives; what is on the road is left out. */
  *differences(kept: PeriodsKept): Generator<Difference> {
    yield* this.#inputDifferences(kept);
    const left = new Map(this.#settled);
    for (const scope of kept.scopes) {
      const key = `${keyOf(scope)} ${scope.period}`;
      const settled = left.get(key);
      left.delete(key);
      if (this.isDoubted(scope.partnerId)) continue;
      const found = firstDifference(formOf(scope), formOf(settled));
      if (found !== undefined)
        yield { kind: 'period_scope', sentence: sayDifference(sayScope(scope), found) };
    }
    for (const [key, settled] of left) {
      const [, partnerId = '', component = '', period = ''] = key.split(' ');
      if (!this.isDoubted(partnerId) && settled.result !== undefined && settled.result.amountMinor !== 0n)
        yield {
          kind: 'period_scope',
          sentence: `${sayScope({ partnerId, component, period })}: is missing, the evidence gives it`,
        };
    }
  }

  *#inputDifferences(kept: PeriodsKept): Generator<Difference> {
    const given = new Map<string, PeriodInputKept>();
    for (const { partnerId, component, periods } of this.#withBelow.values())
      for (const [period, customers] of periods)
        for (const [customerId, measures] of customers) {
          const row = { partnerId, component, period, customerId, measures };
          given.set(inputKey(row), row);
        }
    const stored = new Map(kept.inputs.map((row) => [inputKey(row), row]));
    for (const key of new Set([...given.keys(), ...stored.keys()])) {
      const row = stored.get(key) ?? given.get(key);
      if (row === undefined || this.isDoubted(row.partnerId)) continue;
      const found = firstDifference(stored.get(key)?.measures ?? {}, given.get(key)?.measures ?? {});
      if (found !== undefined)
        yield {
          kind: 'period_input',
          sentence: sayDifference(
            `what ${sayWho(this.#programs, row.customerId)} brought to ${sayScope(row)}`,
            {
              ...found,
              stored: found.stored ?? '0',
              rebuilt: found.rebuilt ?? '0',
            },
          ),
        };
    }
  }

  #doubtKept(kept: PeriodsKept, isUnsettled: (customerId: string) => boolean): void {
    const programOf = new Map(kept.scopes.map((scope) => [scope.partnerId, scope.programId]));
    for (const scope of kept.scopes) if (scope.isDue) this.#doubt(scope.programId, scope.partnerId);
    for (const { customerId, partnerId } of kept.inputs)
      if (isUnsettled(customerId)) this.#doubt(programOf.get(partnerId) ?? '', partnerId);
    for (const programId of kept.feesOpen) {
      const program = this.#programOf(programId);
      for (const { partnerId } of this.#rules.listFeeAnchors(program)) this.#doubt(programId, partnerId);
      // What waits for a month may be decided any moment.
      for (const scope of kept.scopes)
        if (scope.programId === programId) this.#doubt(programId, scope.partnerId);
    }
    for (const { partnerId } of kept.sent) this.#doubt(programOf.get(partnerId) ?? '', partnerId);
  }

  /** Whoever is above may earn on it. */
  #doubt(programId: string, partnerId: string): void {
    if (this.#doubted.has(partnerId)) return;
    this.#doubted.add(partnerId);
    for (const edge of this.#programs.get(programId)?.edges.get(partnerId) ?? [])
      if (edge.parentId !== null) this.#doubt(programId, edge.parentId);
  }

  #add(
    into: Map<string, Brought>,
    programId: string,
    input: PeriodInput & { readonly customerId: string },
  ): void {
    const { partnerId, component, period, customerId } = input;
    const key = keyOf({ programId, partnerId, component });
    const one: Brought = into.get(key) ?? {
      programId,
      partnerId,
      component,
      periods: new Map(),
      candidates: new Map(),
    };
    into.set(key, one);
    const customers = one.periods.get(period) ?? new Map<string, Measures>();
    one.periods.set(period, customers);
    const sum = this.#rules.addMeasures(customers.get(customerId) ?? {}, input.measures);
    customers.set(customerId, sum);
    if (input.candidate !== undefined)
      one.candidates.set(period, [...(one.candidates.get(period) ?? []), input.candidate]);
  }

  #programOf(programId: string): ProgramSnapshot {
    const program = this.#programs.get(programId);
    if (program === undefined) throw new Error(`program ${programId} does not exist`);
    return program;
  }
}

interface OfProgram {
  readonly programId: string;
  readonly input: InputDifference;
}

function inputsOf({ scope, decisions }: RebuiltCustomer): PeriodInput[] {
  return [...scope.inputs, ...[...decisions.values()].flatMap((decision) => decision.inputs ?? [])];
}

function copyOf(one: Brought): Brought {
  return {
    ...one,
    periods: new Map([...one.periods].map(([period, customers]) => [period, new Map(customers)])),
  };
}

function keyOf(one: {
  readonly programId: string;
  readonly partnerId: string;
  readonly component: string;
}): string {
  return `${one.programId} ${one.partnerId} ${one.component}`;
}

function inputKey(row: Omit<PeriodInputKept, 'measures'>): string {
  return `${row.partnerId} ${row.component} ${row.period} ${row.customerId}`;
}

/** A scope is compared by its sums, and by what it is worth. One that nothing is left of is worth nothing. */
function formOf(scope: PeriodScopeKept | Settled | undefined): object {
  const result = scope?.result ?? undefined;
  return {
    totals: scope?.totals ?? {},
    amountMinor: String(result?.amountMinor ?? '0'),
  };
}

function sayScope(scope: {
  readonly partnerId: string;
  readonly component: string;
  readonly period: string;
}): string {
  return `${scope.component} of partner ${wireId('prt', scope.partnerId)} for ${scope.period.slice(0, 7)}`;
}

/** What a share of the commission of partners below rests on is kept under the partner. */
function sayWho(programs: ProgramsById, id: string): string {
  const isPartner = [...programs.values()].some(({ partners }) => partners.has(id));
  return isPartner ? `partner ${wireId('prt', id)}` : `customer ${wireId('cus', id)}`;
}
