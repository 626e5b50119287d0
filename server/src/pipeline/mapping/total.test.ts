import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRESETS } from '../../connectors/index.ts';
import { isReasonCode } from '../../kernel/reason.ts';
import { comparableContent, compileMapping } from './index.ts';
import type { MappedDelivery } from './index.ts';

// Whatever a sender writes: no throw, one item per row in order, a reason of the registry, and an event that can be stored.
const SEED = 20_241_121;
const RECEIVED = Date.UTC(2024, 6, 3) * 1000;

const KEYS = [
  'Deal',
  'Login',
  'Action',
  'Entry',
  'Reason',
  'Time',
  'TimeMsc',
  'Symbol',
  'Volume',
  'VolumeExt',
  'VolumeClosed',
  'PositionID',
  'Price',
  'Comment',
  'event',
  'goal',
  'customer_id',
  'login',
  'click_id',
  'amount',
  'currency',
  'txn_id',
  'time',
  'status',
  'country',
  'test',
  'kyc',
  'kind',
  'recordType',
  'externalId',
  'occurredAt',
  'identifiers',
  'execution',
  'link',
  'extra',
  'version',
  'modifiedAt',
  '__proto__',
  'constructor',
  'retcode',
  'answer',
  'events',
];
const VALUES = [
  '0',
  '1',
  '2',
  '3',
  '13',
  '99',
  '-1',
  '15000',
  '150000000',
  '1e5',
  '1e-35',
  '1e999',
  '-0',
  '',
  ' ',
  'null',
  'NaN',
  '1719828600',
  '1719828600101',
  '2024-07-01T10:00:00Z',
  '2024-02-30',
  'deposit',
  'registration',
  'execution',
  'identifier_link',
  'kyc_status',
  'FTD',
  'USD',
  'XXX',
  'EURUSD',
  'approved',
  'trash',
  'close hedge by #',
  '9'.repeat(45),
  '0.' + '0'.repeat(50) + '1',
  '\ud83d\ude00',
];
const leaf = fc.oneof(
  fc.constantFrom(...VALUES),
  fc.constantFrom(0, 1, -1, 1.5, 1e21, 1e-7, 9_007_199_254_740_993),
  fc.boolean(),
  fc.constant(null),
  fc.string(),
);
const value = fc.oneof(
  { weight: 8, arbitrary: leaf },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom(...KEYS, 'namespace', 'value', 'status'), leaf) },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(leaf, fc.dictionary(fc.constantFrom('namespace', 'value'), leaf)), {
      maxLength: 3,
    }),
  },
);
const rowOf = fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 25 });
const live = fc.record({
  Deal: leaf,
  Login: leaf,
  Action: fc.constantFrom('0', 1, '13'),
  Entry: fc.constantFrom('0', 1, '2', 3),
  PositionID: leaf,
  Symbol: leaf,
  Volume: leaf,
  VolumeExt: leaf,
  VolumeClosed: leaf,
  TimeMsc: leaf,
  Time: leaf,
});
const rows = fc.array(fc.oneof(rowOf, live, leaf), { minLength: 1, maxLength: 6 });

function check(mapped: MappedDelivery, count: number | undefined): void {
  if (mapped.outcome !== 'items') {
    expect(isReasonCode(mapped.reason)).toBe(true);
    return;
  }
  if (count !== undefined)
    expect(mapped.items.map((item) => item.path.slice(0, 4))).toEqual(
      Array.from({ length: count }, (_one, index) => `$[${index}]`),
    );
  for (const item of mapped.items) {
    if (item.outcome === 'event') {
      expect(item.event.identifiers.length).toBeGreaterThan(0);
      expect(item.event.externalId).not.toBe('');
      expect(Date.parse(item.event.occurredAt)).toBeLessThanOrEqual(RECEIVED / 1000 + 86_400_000);
      expect(comparableContent(item.event)).not.toContain('\\u0000');
    } else {
      expect(isReasonCode(item.reason), item.reason).toBe(true);
      expect(item.detail).not.toBe('');
    }
  }
}

for (const preset of PRESETS) {
  const mapping = compileMapping(
    preset.document,
    preset.name === 'mt5' ? { server: 's', zone: 'America/New_York+07:00' } : {},
  );

  test(`${preset.name}: every row of any list gets exactly one item`, () => {
    fc.assert(
      fc.property(rows, (list) =>
        check(mapping.map({ body: JSON.stringify(list), receivedAt: RECEIVED }), list.length),
      ),
      { seed: SEED, numRuns: 1500 },
    );
  });

  test(`${preset.name}: any text and any bytes are answered`, () => {
    const body = fc.oneof(fc.string(), fc.json(), fc.uint8Array({ maxLength: 60 }));
    const query = fc.array(
      fc.tuple(fc.constantFrom(...KEYS), fc.oneof(fc.string(), fc.constantFrom(...VALUES))),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        body,
        query,
        fc.constantFrom('application/json', 'application/x-www-form-urlencoded', ''),
        (bytes, pairs, contentType) => {
          check(mapping.map({ body: bytes, query: pairs, contentType, receivedAt: RECEIVED }), undefined);
        },
      ),
      { seed: SEED, numRuns: 1500 },
    );
  });
}
