import { expect, test } from 'vitest';
import type { Instant } from '../../kernel/instant.ts';
import { eventIdOf } from '../../kernel/derived-ids.ts';
import { wireClaims } from './wire-customer.ts';

const PROGRAM = '01980000-0000-7000-8000-000000000001';
const FACT = '01980000-0000-7000-8000-000000000002';
const EVENT = eventIdOf({ sourceId: PROGRAM, recordType: 'registration', externalId: '7', part: '' });
const ANNA = '11111111-1111-8111-8111-111111111111';
const BORIS = '22222222-2222-8222-8222-222222222222';

function claim(customer: string, from: number, to: number, origin: string = FACT) {
  return {
    customer_id: customer,
    origin_id: origin,
    program_id: PROGRAM,
    namespace: 'mt5:live',
    value: '7001',
    effective_from: from as Instant,
    effective_to: to as Instant,
  };
}

test('a claim names the fact or the event it comes from', () => {
  expect(wireClaims([claim(ANNA, -Infinity, 5), claim(ANNA, 5, Infinity, EVENT)])).toMatchObject([
    { effectiveFrom: null, factId: 'fct_01980000000070008000000000000002', eventId: null, contested: false },
    { effectiveTo: null, factId: null, eventId: `evt_${EVENT.replaceAll('-', '')}`, contested: false },
  ]);
});

test.each([
  ['of two customers that overlap are contested', [claim(ANNA, 0, 10), claim(BORIS, 9, 20)], [true, true]],
  [
    'of two customers that follow each other are not',
    [claim(ANNA, 0, 10), claim(BORIS, 10, 20)],
    [false, false],
  ],
  ['of one customer that overlap are not', [claim(ANNA, 0, 10), claim(ANNA, 5, 20)], [false, false]],
  [
    'beside a contested one are not',
    [claim(ANNA, 0, 5), claim(ANNA, 5, 10), claim(BORIS, 5, Infinity)],
    [false, true, true],
  ],
])('claims %s', (_name, claims, contested) => {
  expect(wireClaims(claims).map((one) => one.contested)).toEqual(contested);
});
