// One run: everybody's history decided twice in one snapshot, as things stand and under the draft. Only reads.
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { localDate } from '../../kernel/zone.ts';
import type { Db } from '../../platform/db.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { isRebate } from '../../registry/rebates/facts.ts';
import { rebuildBoth, withMonths } from '../preview/index.ts';
import { PeriodBook, ROAD_RULES } from '../verify/index.ts';
import type { RebuiltCustomer } from '../verify/index.ts';
import type { LabDraft, LabResult } from './facts.ts';
import { LabBook } from './lab-book.ts';
import type { Side } from './lab-book.ts';
import { listCustomerIds } from './lab.views.ts';
import { programUnder } from './program-after.ts';

/** A run looks at so much; beyond it the result says that it is not all. */
export const LAB_LIMITS = { customers: 50_000, events: 1_000_000 } as const;

export interface LabQuestion {
  readonly program: ProgramSnapshot;
  readonly draft: LabDraft;
  /** Stands for the id of the draft deal. */
  readonly id: string;
  /** As of when amounts in other currencies are compared. */
  readonly now: Instant;
  readonly limits?: { readonly customers: number; readonly events: number };
  /** Told now and then; may throw to end it. */
  readonly onProgress?: (stage: string, done: number, total: number) => Promise<void>;
}

/**
 * What a draft of a deal or of the tree would have paid over real history, by the very functions of the road (requirements C10). All customers
 * are decided, because steps, caps and carries of a partner rest on all of them together.
 */
export async function runLab(db: Db, question: LabQuestion): Promise<LabResult> {
  const { draft, id, now, onProgress, limits = LAB_LIMITS } = question;
  const program = withMonths(question.program, now);
  const after = programUnder(program, draft, id);
  const book = new LabBook();
  const periods = {
    before: new PeriodBook(ROAD_RULES.periods, new Map([[program.id, program]])),
    after: new PeriodBook(ROAD_RULES.periods, new Map([[program.id, after]])),
  };
  const rebuilt = await db.acrossLanes('verify', async (tx) => {
    const customerIds = await listCustomerIds(tx, program.id, limits.customers + 1);
    return rebuildBoth(tx, {
      program,
      customerIds,
      limits,
      ...(onProgress === undefined ? {} : { onProgress }),
      change: (evidence) => ({ ...evidence, programs: new Map([[program.id, after]]) }),
      collect: (side, customer) => {
        addOwn(book, side, customer, program.zone);
        periods[side].desire(customer);
        if (side === 'before') book.addRevenue(customer.figures.lifetime);
      },
    });
  });
  for (const side of ['before', 'after'] as const) {
    await onProgress?.('months', side === 'before' ? 0 : 1, 2);
    addMonths(book, side, periods[side], program);
  }
  return book.result(program, now, {
    customers: rebuilt.customers.looked,
    events: rebuilt.events.looked,
    notComputed: [...rebuilt.cut],
  });
}

/** What a customer's own lines pay, by the month in which it was earned. */
function addOwn(book: LabBook, side: Side, customer: RebuiltCustomer, zone: string): void {
  const monthOf = (at: Instant): string => localDate(at, zone).slice(0, 7);
  const occurred = new Map(customer.events.map((event) => [event.eventId, event.occurredAt]));
  const add = (line: RebuiltCustomer['scope']['lines'][number], month: string): void => {
    const { partnerId, currency, component, amountMinor } = line;
    // What partners give to customers costs the operator nothing.
    if (isRebate(component)) return;
    book.add(side, { partnerId, currency, component, month, amountMinor: BigInt(amountMinor) });
  };
  for (const line of customer.scope.lines) {
    const at = line.basis['qualifiedAt'];
    add(line, at === undefined ? line.holdDay.slice(0, 7) : monthOf(instantFromIso(at)));
  }
  for (const [eventId, decision] of customer.decisions) {
    const at = occurred.get(eventId);
    for (const line of decision.lines) add(line, at === undefined ? line.holdDay.slice(0, 7) : monthOf(at));
  }
}

/** What is settled by month, from the beginning. */
function addMonths(book: LabBook, side: Side, periods: PeriodBook, program: ProgramSnapshot): void {
  const closed = new Set((program.closedPeriods ?? []).map(({ period }) => `${program.id} ${period}`));
  const lines = periods.settle({ inputs: [], scopes: [], sent: [], feesOpen: [], closed }, () => false);
  for (const { partnerId, currency, component, period, causedAt, amountMinor } of lines)
    book.add(side, {
      partnerId,
      currency,
      component,
      month: (period ?? causedAt).slice(0, 7),
      amountMinor: BigInt(amountMinor),
    });
}
