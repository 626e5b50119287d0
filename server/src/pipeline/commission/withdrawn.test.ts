import { expect, test } from 'vitest';
import {
  at,
  buildProgram,
  dealDocument,
  kycFact,
  placed,
  referredRegistration,
} from '../../../test/support/evidence.ts';
import { derivedUuid } from '../../kernel/digest.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideCustomerScope } from './customer-scope.ts';
import { naturalKeyOf, standingOf } from './facts.ts';

// semantics.md 8: a failed KYC reverses what is unpaid; what was paid of purchases and stages stays. Sums of deals that pay 10 % of purchases.

const day = (n: number) => at(`2024-07-${String(n).padStart(2, '0')}T12:00:00Z`);
const BUY = { id: 'buy', kind: 'purchase_share', percent: '10' };
const STAGE = { id: 'stage', kind: 'stage_payment', on: 'funded', amount: '50' };
const customerId = derivedUuid('customer', buildProgram().id, 'customer', '17');

const purchase = placed({
  kind: 'challenge_purchased',
  id: 'p1',
  at: day(10),
  amount: '100',
  currency: 'USD',
});
const funded = placed({ kind: 'funded', id: 'f1', at: day(11) });
const refund = (n: number): PlacedEvent =>
  placed({ kind: 'refund', id: 'r1', at: day(n), amount: '40', currency: 'USD', originalId: 'p1' });
const failed = kycFact('k', day(20), 'failed');

/** What stands of each line, and as what it says to the partner's lane: before payment, and after it. */
function standOf(
  components: readonly object[],
  events: readonly PlacedEvent[],
  facts: readonly CustomerFact[],
): object[] {
  const told = [referredRegistration(day(1)), ...events];
  const { decisions } = decideCustomerScope({
    program: buildProgram({ deals: { ann: dealDocument({ currency: 'USD', components }) } }),
    customerId,
    facts,
    events: told,
  });
  return told.flatMap(({ eventId }) =>
    (decisions.get(eventId)?.lines ?? []).map((line) => {
      const standing = standingOf(line, naturalKeyOf({ ...line, eventId, customerId }));
      return {
        amount: Number(line.amountMinor),
        ...(standing === undefined ? {} : { taken: standing.taken, spared: standing.spared }),
        reason: decisions.get(eventId)?.reason,
      };
    }),
  );
}

test('who fails KYC later loses what was not paid of purchases and stages, and keeps what was', () => {
  expect(standOf([BUY, STAGE], [purchase, funded], [])).toMatchObject([{ amount: 1000 }, { amount: 5000 }]);
  expect(standOf([BUY, STAGE], [purchase, funded], [failed])).toEqual([
    { amount: 0, taken: '1000', spared: '1000', reason: 'kyc_failed' },
    { amount: 0, taken: '5000', spared: '5000', reason: 'kyc_failed' },
  ]);
});

test('so does a duplicate', () => {
  const duplicate: CustomerFact = {
    kind: 'status',
    id: 's',
    from: day(20),
    to: Number.POSITIVE_INFINITY as ReturnType<typeof at>,
    status: 'duplicate',
  };
  expect(standOf([BUY], [purchase], [duplicate])).toEqual([
    { amount: 0, taken: '1000', spared: '1000', reason: 'not_unique' },
  ]);
});

test('what was reached after it, or at its very instant, was never earned', () => {
  expect(standOf([BUY], [purchase], [kycFact('k', day(10), 'failed')])).toEqual([]);
  expect(standOf([BUY], [purchase], [kycFact('k', day(9), 'failed')])).toEqual([]);
});

test('who passes after it has everything again', () => {
  expect(standOf([BUY], [purchase], [failed, kycFact('k2', day(25), 'passed')])).toEqual([
    { amount: 1000, reason: undefined },
  ]);
});

test.each([
  ['before', 15],
  ['after', 25],
])('of what a refund %s the failure took a part the rest is withdrawn', (_, refundedOn) => {
  expect(standOf([BUY], [purchase, refund(refundedOn)], [])).toMatchObject([
    { amount: 1000 },
    { amount: -400 },
  ]);
  // Unpaid: nothing of both. Paid: 6 of the 10.
  expect(standOf([BUY], [purchase, refund(refundedOn)], [failed])).toEqual([
    { amount: 0, taken: '600', spared: '600', reason: 'kyc_failed' },
  ]);
});

test('of what was taken back whole nothing is left to withdraw', () => {
  const whole = placed({ kind: 'chargeback', id: 'c1', at: day(15), currency: 'USD', originalId: 'p1' });
  expect(standOf([BUY], [purchase, whole], [failed])).toEqual([]);
});

test('months count nothing of it: steps of purchases, and who shares in the commission', () => {
  const above = dealDocument({
    currency: 'USD',
    components: [{ id: 'below', kind: 'sub_partner_share', percent: '10' }],
  });
  const own = dealDocument({
    currency: 'USD',
    components: [BUY, { ...BUY, id: 'capped', caps: [{ by: 'money', limit: '1000' }] }],
  });
  const inputsWith = (facts: readonly CustomerFact[]) => {
    const events = [referredRegistration(day(1)), purchase, refund(15)];
    const { decisions } = decideCustomerScope({
      program: buildProgram({ deals: { ann: own, top: above }, parents: { ann: 'top' } }),
      customerId,
      facts,
      events,
    });
    return events.flatMap(({ eventId }) =>
      (decisions.get(eventId)?.inputs ?? []).map(({ component }) => component),
    );
  };
  expect(inputsWith([]).toSorted()).toEqual(['below', 'below', 'capped', 'capped']);
  expect(inputsWith([failed])).toEqual([]);
});
