// Deposits of one customer: most are plain, some walk from pending to approved, a few are charged back.
import type { Random } from '../random.ts';
import { copies, delay } from './story-facts.ts';
import type { Said, Step, Telling } from './story-facts.ts';
import { DAY_MS } from './structure.ts';

const HOUR_MS = 3_600_000;
const AMOUNTS = ['50', '100', '150', '200', '250', '300', '500', '500', '750', '1000', '1500', '2500'];

/** The deposits, and when the first of them happened. */
export function tellMoney(telling: Telling, registeredAt: number): { steps: Step[]; firstDepositAt: number } {
  const { random, customer, spanMs } = telling;
  const firstDepositAt = registeredAt + random.between(10, 600) * 60_000;
  const steps: Step[] = [];
  const count = random.between(1, 3);
  let at = firstDepositAt;
  for (let number = 1; number <= count && at < spanMs; number += 1) {
    const deposit = { transaction: `dep-${customer.number}-${number}`, amount: `${random.pick(AMOUNTS)}.00` };
    steps.push(...tellDeposit(telling, at, deposit));
    if (random.chance(0.02)) steps.push(tellChargeback(telling, at + random.between(2, 9) * DAY_MS, deposit));
    at += random.between(1, 8) * DAY_MS;
  }
  return { steps, firstDepositAt };
}

interface Deposit {
  readonly transaction: string;
  readonly amount: string;
}

function tellDeposit({ random, customer, spanMs }: Telling, at: number, deposit: Deposit): Step[] {
  const say = (sayAt: number, status: 'pending' | 'approved', times: number): Step => {
    const said: Said = { kind: 'deposit', ...deposit, status };
    return { kind: 'say', at: sayAt, happenedAt: at, customer, said, copies: times };
  };
  if (random.chance(0.15)) {
    // Revised by arrival: the pending one is said once and well before, or its copy would take the approval back.
    const approvedAt = at + pendingFor(random);
    return [
      say(at, 'pending', 1),
      ...(approvedAt > spanMs ? [] : [say(approvedAt, 'approved', copies(random))]),
    ];
  }
  return [say(at + delay(random), 'approved', copies(random))];
}

/** Longer than a moment of the demo, so that the two are never told side by side. */
function pendingFor(random: Random): number {
  return random.between(30, 70) * HOUR_MS;
}

function tellChargeback({ random, customer }: Telling, at: number, deposit: Deposit): Step {
  const said: Said = {
    kind: 'chargeback',
    transaction: `cb-${deposit.transaction}`,
    original: deposit.transaction,
    amount: deposit.amount,
  };
  return { kind: 'say', at: at + delay(random), happenedAt: at, customer, said, copies: 1 };
}
