import { expect, test } from 'vitest';
import {
  at,
  buildProgram,
  cpaDeal,
  deposit,
  placed,
  referredRegistration,
} from '../../../test/support/evidence.ts';
import { decideCustomerScope } from '../../pipeline/commission/customer-scope.ts';
import type { Line } from '../../pipeline/commission/facts.ts';
import type { PlacedEvent } from '../../pipeline/identity/facts.ts';
import type { EventEvidence } from './facts.ts';
import { sayLine } from './line-sentences.ts';

// The words of a CPA's lines as the engine decides them, of every way in which a level may earn.

const PAID = deposit(at('2024-01-11T12:00:00Z'), 'd1', '60');
const BACK = placed({
  kind: 'chargeback',
  at: at('2025-03-20T00:00:00Z'),
  id: 'back',
  amount: '60',
  currency: 'USD',
  originalId: 'd1',
});

function linesOf(terms: object, above: object, events: readonly PlacedEvent[] = []): readonly Line[] {
  const decision = decideCustomerScope({
    program: buildProgram({ deals: { ann: cpaDeal(terms), top: cpaDeal(above) }, parents: { ann: 'top' } }),
    customerId: 'c',
    facts: [],
    events: [referredRegistration(at('2024-01-10T12:00:00Z')), PAID, ...events],
  });
  return events.length === 0 ? decision.lines : (decision.decisions.get(BACK.eventId)?.lines ?? []);
}

const words = (line: Line | undefined): string =>
  line === undefined ? '' : sayLine({ program: { zone: 'UTC' }, placement: null } as EventEvidence, line);

test('what was reached, and how each level comes to its part', () => {
  const [leaf] = linesOf({ conditions: { metric: 'deposit_count', atLeast: '1' } }, {});
  expect(words(leaf)).toBe(
    'All conditions of the CPA held together (first deposit 60 of 50 USD; deposit count 1 of 1) on 11 January 2024; the CPA of 100.00 USD is paid once per customer.',
  );
  const [lead] = linesOf({ firstDeposit: 'none', minimumDeposit: '0' }, {});
  expect(words(lead)).toBe(
    'The registration qualified the customer on 10 January 2024; the CPA of 100.00 USD is paid once per customer.',
  );
  const percent = linesOf({ levels: { mode: 'additive_percent' } }, { overridePercent: '20' });
  expect(words(percent[1])).toContain(
    'the override on the CPA of 20.00 USD (20 % of the 100.00 USD of the level below)',
  );
  const passed = linesOf({ levels: { mode: 'pass_through' }, giveUp: '30' }, {});
  expect(words(passed[0])).toContain('(100.00 USD came in, 30.00 USD go to the level above)');
  const ratio = linesOf({ levels: { mode: 'ratio' }, ratios: { level: '0.5' } }, {});
  expect(words(ratio[0])).toContain('the CPA of 50.00 USD (100.00 USD times 0.5)');
});

test('what a chargeback takes back, before payment and after it', () => {
  const schedule = [
    { beforeMonth: 12, percent: '100' },
    { upToMonth: 18, percent: '50' },
  ];
  const [taken] = linesOf({ clawback: { schedule } }, {}, [BACK]);
  expect(words(taken)).toBe(
    'The chargeback of 20 March 2025 takes back the 100.00 USD earned on 11 January 2024: all of it before payment, after payment 50 % of it, by the schedule of the deal.',
  );
  const [whole] = linesOf({}, {}, [BACK]);
  expect(words(whole)).toContain('all of it before payment, also after payment.');
});
