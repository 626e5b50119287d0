import type { ChangeSetReply } from '@plumbline/contract';
import { expect, test } from 'vitest';
import { sayChangeSet } from './change-sets.ts';

const set: ChangeSetReply = {
  id: 'chg_1',
  kind: 'remap',
  what: {},
  sourceId: 'src_1',
  source: 'crm',
  programId: 'prg_1',
  version: 3,
  from: null,
  to: '2026-03-01T00:00:00Z',
  note: 'cents',
  state: 'proposed',
  progress: { deliveries: 0, changed: 0, away: 0, added: 0, settled: 0 },
  share: 0,
  error: null,
  preview: {
    customers: { looked: 2, changed: 1 },
    events: { looked: 1, changed: 1 },
    partners: 1,
    money: [
      {
        partnerId: 'prt_1',
        partner: 'Ann',
        currency: 'USD',
        before: '0.00',
        after: '5000.00',
        difference: '5000.00',
        byComponent: {},
      },
    ],
    moves: { amount: '5000', currency: 'USD' },
    isComplete: true,
    notComputed: [],
  },
  limit: { amount: '1000', currency: 'USD' },
  needsSecondPerson: true,
  createdAt: '2026-03-01T00:00:00Z',
  createdBy: 'key_1',
  decidedAt: null,
  decidedBy: null,
  decisionNote: null,
  undoes: null,
  undoneBy: null,
  releasedAt: null,
  releasedBy: null,
  releaseNote: null,
  releaseLimit: null,
  releaseFull: false,
  endedAt: null,
};

test('a set that waits says what it would move, and who may agree', () => {
  const said = sayChangeSet(set).join('\n');
  expect(said).toContain('Ann: 0.00 -> 5000.00 USD');
  expect(said).toContain('5000 USD; a second person above 1000');
  expect(said).toContain('other than key_1 must agree: plumbline change-sets approve chg_1');
  expect(said).not.toContain('0 %');
});

test('a set that is done says how far it came, and asks nobody', () => {
  const said = sayChangeSet({ ...set, state: 'done', share: 1, decidedBy: 'usr_2', decisionNote: 'fine' });
  expect(said.join('\n')).toContain('100 %: 0 deliveries');
  expect(said.join('\n')).toContain('decided by usr_2: fine');
  expect(said.join('\n')).not.toContain('must agree');
});
