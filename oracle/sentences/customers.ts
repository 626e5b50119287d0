// Who qualifies and when; whose a customer is; who is barred (semantics 3.3, 4.5, 7, 8).
import { always, at, component, customer, paid, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const cpa = (more: object = {}): World['deals'] =>
  always(component('cpa', 'cpa', { amount: '100', ...more }));
const GOT = { 'p0 cpa level 1 customer 0 USD': '100' };
const NOTHING = {};

export const CUSTOMERS: readonly Sentence[] = [
  {
    says: 'cumulative_24h: a deposit exactly 24 hours after the first does not count',
    of: 'semantics 3.3, rules 5 "CPA": elapsed 24 h, half-open',
    world: world({
      deals: cpa({ firstDeposit: 'cumulative_24h', minimumDeposit: '100' }),
      events: [
        paid('deposit', 'd1', '2026-01-03T10:00', '60'),
        paid('deposit', 'd2', '2026-01-04T10:00', '60'),
      ],
    }),
    owes: NOTHING,
  },
  {
    says: 'cumulative_24h: a millisecond before 24 hours it does',
    of: 'semantics 3.3, rules 5 "CPA"',
    world: world({
      deals: cpa({ firstDeposit: 'cumulative_24h', minimumDeposit: '100' }),
      events: [
        paid('deposit', 'd1', '2026-01-03T10:00', '60'),
        paid('deposit', 'd2', '2026-01-04T09:59:59.999', '40'),
      ],
    }),
    owes: GOT,
  },
  {
    says: 'The window is half-open: its last instant does not count',
    of: 'semantics 4.5, rules 2.6',
    world: world({
      deals: cpa({ windowDays: 7 }),
      events: [paid('deposit', 'd1', '2026-01-09T08:00', '60')],
    }),
    owes: NOTHING,
  },
  {
    says: 'The window is half-open: a millisecond before its end counts',
    of: 'semantics 4.5, rules 2.6',
    world: world({
      deals: cpa({ windowDays: 7 }),
      events: [paid('deposit', 'd1', '2026-01-09T07:59:59.999', '60')],
    }),
    owes: GOT,
  },
  {
    says: 'N calendar days later at the same wall time: over the beginning of summer time a window of 7 days is 167 hours',
    of: 'rules 5 "CPA"',
    world: world({
      zone: 'Europe/Berlin',
      deals: cpa({ windowDays: 7 }),
      customers: [customer({ registeredAt: at('2026-03-25T09:00') })],
      events: [paid('deposit', 'd1', '2026-04-01T08:00', '60')],
    }),
    owes: NOTHING,
  },
  {
    says: 'The same, a second before',
    of: 'rules 5 "CPA"',
    world: world({
      zone: 'Europe/Berlin',
      deals: cpa({ windowDays: 7 }),
      customers: [customer({ registeredAt: at('2026-03-25T09:00') })],
      events: [paid('deposit', 'd1', '2026-04-01T07:59:59', '60')],
    }),
    owes: GOT,
  },
  {
    says: 'The window may begin with the click',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({ windowDays: 7, windowFrom: 'click' }),
      customers: [
        customer({
          partner: null,
          registeredAt: at('2026-01-05T08:00'),
          click: { partner: 0, at: at('2026-01-01T08:00') },
        }),
      ],
      events: [paid('deposit', 'd1', '2026-01-08T08:00', '60')],
    }),
    owes: NOTHING,
  },
  {
    says: 'The window may begin with the click, and counts up to its end',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({ windowDays: 7, windowFrom: 'click' }),
      customers: [
        customer({
          partner: null,
          registeredAt: at('2026-01-05T08:00'),
          click: { partner: 0, at: at('2026-01-01T08:00') },
        }),
      ],
      events: [paid('deposit', 'd1', '2026-01-08T07:59', '60')],
    }),
    owes: GOT,
  },
  {
    says: 'Without a click the window begins with the registration',
    of: 'deal document, windowFrom',
    world: world({
      deals: cpa({ windowDays: 7, windowFrom: 'click' }),
      events: [paid('deposit', 'd1', '2026-01-09T07:59', '60')],
    }),
    owes: GOT,
  },
  {
    says: 'FTD at least the minimum: the minimum itself is enough',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({ minimumDeposit: '50' }),
      events: [paid('deposit', 'd1', '2026-01-03', '50')],
    }),
    owes: GOT,
  },
  {
    says: 'FTD at least the minimum: a cent less is not',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({ minimumDeposit: '50' }),
      events: [paid('deposit', 'd1', '2026-01-03', '49.99'), paid('deposit', 'd2', '2026-01-04', '500')],
    }),
    owes: NOTHING,
  },
  {
    says: 'Cumulative deposits at least the baseline: the sum that reaches it qualifies',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({ baseline: '200' }),
      events: [paid('deposit', 'd1', '2026-01-03', '120'), paid('deposit', 'd2', '2026-01-30', '80')],
    }),
    owes: GOT,
  },
  {
    says: 'A chargeback that is dated before its deposit lowers the sums before qualification',
    of: 'rules 5 "Clawback": before qualifiedAt it lowers the sums',
    world: world({
      deals: cpa({ minimumDeposit: '50' }),
      events: [
        paid('chargeback', 'b1', '2026-01-09', '60', { originalId: 'd1' }),
        paid('deposit', 'd1', '2026-01-10', '100'),
      ],
    }),
    owes: NOTHING,
  },
  {
    says: 'A chargeback down to the minimum exactly leaves the CPA',
    of: 'rules 5 "Clawback"',
    world: world({
      deals: cpa({ minimumDeposit: '100' }),
      events: [
        paid('deposit', 'd1', '2026-01-10', '250'),
        paid('chargeback', 'b1', '2026-01-20', '150', { originalId: 'd1' }),
      ],
    }),
    owes: GOT,
  },
  {
    says: 'A cent more takes it, whole, with the second chargeback that makes it so',
    of: 'rules 5 "Clawback"',
    world: world({
      deals: cpa({ minimumDeposit: '100' }),
      events: [
        paid('deposit', 'd1', '2026-01-10', '250'),
        paid('chargeback', 'b1', '2026-01-20', '150', { originalId: 'd1' }),
        paid('chargeback', 'b2', '2026-02-20', '0.01', { originalId: 'd1' }),
      ],
    }),
    owes: { ...GOT, 'p0 cpa level 1 event b2 USD': '-100' },
  },
  {
    says: 'Withdrawals and refunds take no CPA',
    of: 'rules 5 "Clawback"',
    world: world({
      deals: cpa({ minimumDeposit: '100' }),
      events: [
        paid('deposit', 'd1', '2026-01-10', '100'),
        paid('refund', 'b1', '2026-01-20', '100', { originalId: 'd1' }),
        paid('withdrawal', 'w1', '2026-01-21', '100'),
      ],
    }),
    owes: GOT,
  },
  {
    says: 'Never a second CPA: after a chargeback and another deposit neither',
    of: 'rules 5 "Clawback": a clawed-back CPA still uses up "once per program"',
    world: world({
      deals: cpa(),
      events: [
        paid('deposit', 'd1', '2026-01-03', '100'),
        paid('chargeback', 'b1', '2026-01-04', '100', { originalId: 'd1' }),
        paid('deposit', 'd2', '2026-01-05', '900'),
      ],
    }),
    owes: { ...GOT, 'p0 cpa level 1 event b1 USD': '-100' },
  },
  {
    says: 'Number of rounds at least n: a round of two bets is one',
    of: 'semantics 4.5',
    world: world({
      deals: cpa({ firstDeposit: 'none', conditions: { metric: 'rounds', atLeast: '2' } }),
      events: [
        paid('bet', 'g1', '2026-01-03', '5', { extra: { round: 'a' } }),
        paid('bet', 'g2', '2026-01-04', '5', { extra: { round: 'a' } }),
      ],
    }),
    owes: NOTHING,
  },
  {
    says: 'Active days are days of the program: an evening and the next morning are two in one zone and one in another',
    of: 'semantics 4.5, docs/deals.md "What is counted"',
    world: world({
      zone: 'Asia/Kolkata',
      deals: cpa({ firstDeposit: 'none', conditions: { metric: 'active_days', atLeast: '2' } }),
      events: [paid('bet', 'g1', '2026-01-03T18:29:59', '5'), paid('bet', 'g2', '2026-01-03T18:30:00', '5')],
    }),
    owes: GOT,
  },
];
