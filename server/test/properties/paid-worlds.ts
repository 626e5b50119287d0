// Worlds in which partners are paid in the midst of what happens: something is told before the payment, the rest after it.
import { deposit, trade } from './control-worlds.ts';
import { AFTER_NOW } from './said.ts';
import type { Report, Statement } from './said.ts';
import type { World } from './world.ts';

/**
 * The same world with something to pay: nothing is on hold, nobody fails KYC, a customer deposits and trades early. And with chargebacks after
 * the payment: of that deposit, and of a part of another one.
 */
export function withChargebacks(world: World): World {
  return {
    ...world,
    terms: world.terms.map((deal) => ({ ...deal, terms: { ...deal.terms, hold: 0 } })),
    kyc: world.kyc.map((fact) => ({ ...fact, status: 1 })),
    positions: [trade(3), trade(7), trade(12), ...world.positions],
    deposits: [deposit(3, 200), ...world.deposits],
    takenBack: [
      ...world.takenBack.map((one) => ({ ...one, deposit: one.deposit + 1 })),
      { kind: 'chargeback', deposit: 0, at: AFTER_NOW, amount: null },
      { kind: 'chargeback', deposit: 1, at: AFTER_NOW + 30, amount: 30 },
    ],
  };
}

/**
 * What is told before the payment and what after it; the same for every order. Later comes what happened after it, and every fourth report of
 * the others: late evidence. All facts come before, because what people decide can depend on what was paid.
 */
export function splitAtPayment(statements: readonly Statement[]): readonly [Statement[], Statement[]] {
  const isLate = (statement: Statement): boolean =>
    statement.tag === 'report' && (statement.at >= AFTER_NOW || isFourth(statement));
  return [
    statements.filter((statement) => !isLate(statement)),
    statements.filter((statement) => isLate(statement)),
  ];
}

function isFourth({ name }: Report): boolean {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % 4 === 0;
}
