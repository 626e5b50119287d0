import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  applyEdits,
  describeChanges,
  knownFieldsPlace,
  listIgnored,
  listReadings,
  memberPointer,
  pointerOf,
} from './index.ts';

const mt5: unknown = JSON.parse(
  readFileSync(new URL('../../connectors/mt5/mapping.json', import.meta.url), 'utf8'),
);
const document = {
  language: 1,
  rules: [
    {
      name: 'deposit',
      when: [{ path: 'type', equals: 'D' }],
      event: {
        kind: { const: 'deposit' },
        externalId: 'id',
        occurredAt: { path: 'at', format: 'iso' },
        identifiers: [{ namespace: { const: 'customer' }, value: 'user.id' }],
        amount: { path: 'amount', unit: 'minor' },
        status: { path: 'state', map: { OK: 'approved' }, fold: true },
      },
      revisionOrder: { kind: 'modifiedAt', value: { path: 'changed', format: 'iso' } },
    },
    { name: 'other', ignore: { reason: 'unwanted_row', detail: 'not money' } },
  ],
  feeds: { files: { knownFields: ['x'] } },
};

describe('readings', () => {
  test('name every field with its place, its role and its type', () => {
    expect(listReadings(document).map(({ at, role, type, paths }) => [at, role, type, ...paths])).toEqual([
      ['$.rules[0].when[0]', 'when', 'condition', 'type'],
      ['$.rules[0].event.externalId', 'externalId', 'text', 'id'],
      ['$.rules[0].event.occurredAt', 'occurredAt', 'time', 'at'],
      ['$.rules[0].event.identifiers[0].value', 'identifiers[0].value', 'text', 'user.id'],
      ['$.rules[0].event.amount', 'amount', 'number', 'amount'],
      ['$.rules[0].event.status', 'status', 'text', 'state'],
      ['$.rules[0].revisionOrder.value', 'revisionOrder', 'time', 'changed'],
    ]);
    expect(listIgnored(document)).toEqual([
      { rule: 'other', reason: 'unwanted_row', detail: 'not money', feed: null },
    ]);
  });

  test('find what a preset reads, templates and alternatives included', () => {
    const roles = listReadings(mt5);
    expect(roles.find((one) => one.role === 'execution.account')?.paths).toEqual(['Login']);
    expect(roles.filter((one) => one.role === 'execution.lots').map((one) => one.paths[0])).toEqual([
      'VolumeExt',
      'Volume',
    ]);
    expect(roles.find((one) => one.role === 'execution.side')?.table?.codes).toMatchObject({ 0: 'buy' });
  });

  test('read nothing in what is no document', () => {
    for (const odd of [null, 7, [], { rules: [null, { event: 3 }] }]) expect(listReadings(odd)).toEqual([]);
  });
});

describe('edits', () => {
  test('change a copy at their place', () => {
    const code = {
      op: 'add' as const,
      path: memberPointer('$.rules[0].event.status.map', 'SET/TLED'),
      value: 'approved',
    };
    const changed = applyEdits(document, [code]);
    expect(
      changed.ok && listReadings(changed.value).find((one) => one.role === 'status')?.table?.codes,
    ).toEqual({
      OK: 'approved',
      'SET/TLED': 'approved',
    });
    expect(document.rules[0]?.event?.status.map).toEqual({ OK: 'approved' });
    expect(pointerOf('$.rules[0].event["a.b"]')).toBe('/rules/0/event/a.b');
  });

  test('are refused where their place does not exist, and never touch a prototype', () => {
    for (const path of ['/rules/9/event', '/nothing/here', '/rules/0/__proto__', ''])
      expect(applyEdits(document, [{ op: 'replace', path, value: 1 }]).ok).toBe(false);
  });

  test('know where the fields of a feed that are known stand', () => {
    expect(knownFieldsPlace(document, 'files')).toEqual({ at: '$.feeds.files.knownFields', exists: true });
    expect(knownFieldsPlace(document, 'webhook')).toEqual({ at: '$.knownFields', exists: false });
  });
});

test('two versions differ in words', () => {
  const after = structuredClone(document) as unknown as {
    rules: { event?: { status: { map: object }; amount: object } }[];
  };
  const event = after.rules[0]?.event;
  if (event) {
    event.status.map = { OK: 'approved', SETTLED: 'approved' };
    event.amount = { path: 'amount' };
  }
  after.rules.pop();
  expect(describeChanges(document, after).map((one) => one.sentence)).toEqual([
    'rule "deposit", amount, unit was taken out (was "minor")',
    'in rule "deposit", status, "SETTLED" now means "approved"',
    'rule "other" was taken out',
  ]);
  expect(describeChanges(document, structuredClone(document))).toEqual([]);
});
