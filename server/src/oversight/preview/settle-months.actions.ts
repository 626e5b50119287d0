// What is settled by month, as it stands and as it would be: the sums that stand, and what a change brings more or less to them.
import { canonicalJson } from '../../kernel/json.ts';
import type { PeriodInput } from '../../pipeline/commission/facts.ts';
import { addMeasures } from '../../pipeline/periods/index.ts';
import type { Tx } from '../../platform/db.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { PeriodBook, ROAD_RULES } from '../verify/index.ts';
import { listBrought, listBroughtCandidates } from './brought.views.ts';
import type { BroughtCandidate, BroughtSum } from './brought.views.ts';
import { addLines } from './compare-money.ts';
import type { LineBook } from './compare-money.ts';

/** Sums that a preview reads at most: of every customer, component and month one. */
export const MOST_SUMS = 500_000;

/** What customers whose share of some month would change bring to it, on one side. */
export type CustomerInput = PeriodInput & { readonly customerId: string };

export interface MonthsAsked {
  readonly program: ProgramSnapshot;
  readonly programAfter: ProgramSnapshot;
  /** Of customers who would bring something else; the others bring what stands. */
  readonly inputs: { readonly before: readonly CustomerInput[]; readonly after: readonly CustomerInput[] };
  /** Whose terms or place would be others. */
  readonly partnerIds: readonly string[];
}

/**
 * Adds to the books what the months of the partners concerned, and of those above them, are worth on each side. Answers what was left out,
 * in words. Sums that stand are taken as they are, so that nobody else's history must be decided again; what is on its way is not in them.
 */
export async function settleMonths(
  tx: Tx,
  asked: MonthsAsked,
  books: { readonly before: LineBook; readonly after: LineBook },
): Promise<string[]> {
  const { program, programAfter, inputs } = asked;
  const concerned = withAllAbove(
    [...asked.partnerIds, ...[...inputs.before, ...inputs.after].map((one) => one.partnerId)],
    [program, programAfter],
  );
  if (concerned.size === 0) return [];
  const ids = [...concerned];
  const sums = await listBrought(tx, ids, MOST_SUMS + 1);
  const candidates = await listBroughtCandidates(tx, ids, MOST_SUMS + 1);
  if (sums.length > MOST_SUMS || candidates.length > MOST_SUMS)
    return [
      `The partners concerned have more than ${MOST_SUMS} sums of commission that is settled by month; what it comes to is not in these figures.`,
    ];
  // What partners below earn on is settled anew with them.
  const standing = { sums: sums.filter(({ customerId }) => !concerned.has(customerId)), candidates };
  addMonths(books.before, program, { concerned, brought: standing });
  addMonths(books.after, programAfter, { concerned, brought: changedBy(standing, inputs) });
  return [];
}

/** The partners, and everybody who stood or would stand above one of them at any time. */
function withAllAbove(partnerIds: readonly string[], programs: readonly ProgramSnapshot[]): Set<string> {
  const found = new Set<string>();
  const open = [...partnerIds];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const { edges } of programs)
      for (const { parentId } of edges.get(next) ?? []) if (parentId !== null) open.push(parentId);
  }
  return found;
}

interface Brought {
  readonly sums: readonly BroughtSum[];
  readonly candidates: readonly BroughtCandidate[];
}

function addMonths(
  book: LineBook,
  program: ProgramSnapshot,
  { concerned, brought }: { readonly concerned: ReadonlySet<string>; readonly brought: Brought },
): void {
  const rules = ROAD_RULES.periods;
  const periods = new PeriodBook(
    {
      ...rules,
      listFeeAnchors: (of) => rules.listFeeAnchors(of).filter(({ partnerId }) => concerned.has(partnerId)),
    },
    new Map([[program.id, program]]),
  );
  for (const one of brought.sums) if (Object.keys(one.measures).length > 0) periods.bring(program.id, one);
  for (const one of brought.candidates) if (one.times > 0) periods.bringCandidate(program.id, one);
  const closed = new Set((program.closedPeriods ?? []).map(({ period }) => `${program.id} ${period}`));
  const lines = periods.settle({ inputs: [], scopes: [], sent: [], feesOpen: [], closed }, () => false);
  for (const line of lines)
    if (concerned.has(line.partnerId)) addLines(book, `p:${line.period ?? ''}`, [line]);
}

/** What stands, less what the changed customers bring to it now, and what they would bring. */
function changedBy(standing: Brought, { before, after }: MonthsAsked['inputs']): Brought {
  const sums = new Map(standing.sums.map((one) => [`${scopeOf(one)} ${one.customerId}`, one]));
  const candidates = new Map(
    standing.candidates.map((one) => [`${scopeOf(one)} ${canonicalJson(one.candidate)}`, one]),
  );
  const bring = (one: CustomerInput, sign: 1 | -1): void => {
    const { partnerId, component, period, customerId, measures, candidate } = one;
    const key = `${scopeOf(one)} ${customerId}`;
    const sum = addMeasures(sums.get(key)?.measures ?? {}, measures, sign);
    sums.set(key, { partnerId, component, period, customerId, measures: sum });
    if (candidate === undefined) return;
    const mark = `${scopeOf(one)} ${canonicalJson(candidate)}`;
    const times = (candidates.get(mark)?.times ?? 0) + sign;
    candidates.set(mark, { partnerId, component, period, candidate, times });
  };
  for (const one of before) bring(one, -1);
  for (const one of after) bring(one, 1);
  return { sums: [...sums.values()], candidates: [...candidates.values()] };
}

function scopeOf(one: {
  readonly partnerId: string;
  readonly component: string;
  readonly period: string;
}): string {
  return `${one.partnerId} ${one.component} ${one.period}`;
}
