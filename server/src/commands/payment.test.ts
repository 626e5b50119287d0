import { expect, test } from 'vitest';
import { sayPayable, sayPayment } from './payment.ts';

const usd = (amount: string) => ({ amount, currency: 'USD' });

test('what is payable is told by settlement group, with what came back', () => {
  const said = sayPayable({
    partnerId: 'prt_1',
    payoutBlocked: [],
    currencies: [
      {
        currency: 'USD',
        payable: usd('150.00'),
        returned: usd('50.00'),
        groups: [
          {
            component: 'cpa',
            holdDay: '2026-03-15',
            approved: usd('100.00'),
            held: usd('0.00'),
            paid: usd('0.00'),
            holdReason: null,
            payable: true,
          },
        ],
      },
    ],
  });
  expect(said).toEqual([
    'USD: 150.00 payable, 50.00 of it came back of earlier payments',
    '  cpa  held to 2026-03-15  payable: approved 100.00, held 0.00, paid 0.00',
  ]);
});

test('a payment that was refused says why', () => {
  const said = sayPayment({
    id: 'pay_1',
    programId: 'prg_1',
    partnerId: 'prt_1',
    method: 'manual',
    amount: usd('100.00'),
    paidAt: '2026-03-01T00:00:00.000Z',
    reference: 'T-1',
    note: null,
    settlements: null,
    state: 'refused',
    refusal: { code: 'nothing_payable', sentence: 'nothing is payable in USD' },
    createdAt: '2026-03-01T00:00:00.000Z',
    createdBy: 'ann',
    decidedAt: null,
    decidedBy: null,
    decisionNote: null,
    bookedAt: null,
    returnedAt: null,
    returnReason: null,
  });
  expect(said).toBe(
    'pay_1  100.00 USD of 2026-03-01T00:00:00.000Z (T-1): refused: nothing is payable in USD',
  );
});
