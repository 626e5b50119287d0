import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import { wireCarry } from '../settlements/facts.ts';
import type { StatementFacts } from './facts.ts';

/** As `statementReply` of the contract describes it. */
export type Statement = ReturnType<typeof buildStatement>;

/**
 * The draft statement of a partner for a month (requirements P1, rules.md 2.10): what was booked in it, by component, what of it corrects
 * earlier months said apart, what was paid, and the balance before and after. Opening + booked + paid = closing, by currency. Pure.
 */
export function buildStatement(facts: StatementFacts) {
  const money = (amountMinor: bigint, currency: string): { amount: string; currency: string } => ({
    amount: formatMoney({ amountMinor, currency }),
    currency,
  });
  const booked = new Map<string, bigint>();
  for (const { currency, amountMinor } of facts.booked)
    booked.set(currency, (booked.get(currency) ?? 0n) + amountMinor);
  const paid = new Map<string, bigint>();
  for (const { currency, amountMinor } of facts.paid)
    paid.set(currency, (paid.get(currency) ?? 0n) + amountMinor);
  const currencies = [
    ...new Set([...facts.opening.keys(), ...booked.keys(), ...facts.paidBefore.keys(), ...paid.keys()]),
  ].toSorted();
  return {
    programId: wireId('prg', facts.programId),
    program: facts.program,
    partnerId: wireId('prt', facts.partnerId),
    partner: facts.partner,
    period: facts.period,
    zone: facts.zone,
    state: 'draft' as const,
    provisional: !facts.isClosed,
    completeness: {
      complete: facts.completeness.complete ?? null,
      sources: facts.completeness.sources.map(({ source, until, complete }) => ({
        source,
        completeUntil: formatInstant(until),
        complete,
      })),
    },
    madeAt: formatInstant(facts.now),
    totals: currencies.map((currency) => {
      const opening = (facts.opening.get(currency) ?? 0n) - (facts.paidBefore.get(currency) ?? 0n);
      const out = paid.get(currency) ?? 0n;
      const change = booked.get(currency) ?? 0n;
      return {
        currency,
        opening: money(opening, currency),
        booked: money(change, currency),
        paid: money(-out, currency),
        closing: money(opening + change - out, currency),
      };
    }),
    lines: facts.booked.map((sum) => ({
      component: sum.component,
      earnedIn: sum.earnedIn,
      isCorrection: sum.earnedIn < facts.period,
      currency: sum.currency,
      amount: money(sum.amountMinor, sum.currency),
      approved: money(sum.approvedMinor, sum.currency),
      held: money(sum.amountMinor - sum.approvedMinor, sum.currency),
      commissions: sum.count,
    })),
    payments: facts.paid.map((one) => ({
      id: wireId('pay', one.id),
      kind: one.kind === 'payment' ? ('payment' as const) : ('return' as const),
      amount: money(-one.amountMinor, one.currency),
      at: formatInstant(one.kind === 'payment' ? one.paidAt : (one.returnedAt ?? one.bookedAt)),
      reference: one.reference,
    })),
    carries: facts.carries.map((one) => ({ ...one, carry: wireCarry(one.carry) })),
  };
}
