import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRESETS } from '../../connectors/index.ts';
import { canonicalDecimal } from '../../kernel/decimal.ts';
import { isReasonCode } from '../../kernel/reason.ts';
import { comparableContent, compileMapping } from './index.ts';
import type { CanonicalEvent, MappedDelivery, SettingSpec, SourceSettings } from './index.ts';

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
  fc.constantFrom(0, 1, -1, 1.5, 1e21, 1e-7, 9_007_199_254_740_991),
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

/** What is wrong with the answer to a delivery; `count` is the number of rows, where it is known. */
function faultsOf(mapped: MappedDelivery, count: number | undefined): string[] {
  if (mapped.outcome !== 'items') return isReasonCode(mapped.reason) ? [] : [`the reason ${mapped.reason}`];
  const faults = mapped.items.flatMap((item) =>
    item.outcome === 'event' ? faultsOfEvent(item.event) : faultsOfRefusal(item.reason, item.detail),
  );
  // A rule may tell several events of a row: its items stand together.
  const paths = [...new Set(mapped.items.map((item) => item.path.slice(0, 4)))];
  if (
    count !== undefined &&
    paths.join() !== Array.from({ length: count }, (_one, index) => `$[${index}]`).join()
  )
    faults.push(`the paths ${paths.join()}`);
  return faults;
}

function faultsOfRefusal(reason: string, detail: string): string[] {
  return isReasonCode(reason) && detail !== '' ? [] : [`refused with ${reason}: ${detail}`];
}

function faultsOfEvent(event: CanonicalEvent): string[] {
  const faults: string[] = [];
  if (event.identifiers.length === 0 || event.externalId === '') faults.push('no key or no identifier');
  if (!(Date.parse(event.occurredAt) <= RECEIVED / 1000 + 86_400_000))
    faults.push(`the time ${event.occurredAt}`);
  const content = comparableContent(event);
  if (content.includes('\\u0000') || !content.isWellFormed()) faults.push('content that cannot be stored');
  const numbers = [
    ...Object.values(event.measures ?? {}),
    event.bonusPart,
    event.amount,
    event.execution?.lots,
    event.execution?.closedLots,
    event.execution?.price,
  ];
  if (numbers.some((text) => text !== undefined && canonicalDecimal(text) !== text))
    faults.push(`a number of ${numbers.join()}`);
  return faults;
}

/** Settings that a source of this preset could have. */
function settingsOf(document: object): SourceSettings {
  const declared = (document as { settings?: Record<string, SettingSpec> }).settings ?? {};
  const examples = {
    text: 's',
    zone: 'America/New_York+07:00',
    currency: 'USD',
    table: { '1': '2' },
    list: ['x*'],
  };
  return Object.fromEntries(
    Object.entries(declared)
      .filter(([, spec]) => spec.required === true)
      .map(([name, spec]) => [name, examples[spec.type]]),
  );
}

/** Presets whose rows may be a bare list. */
const LISTS = new Set(['generic-s2s', 'mt5', 'canonical']);

for (const preset of PRESETS) {
  const mapping = compileMapping(preset.document, settingsOf(preset.document));
  const feeds = [undefined, ...Object.keys((preset.document as { feeds?: object }).feeds ?? {})];
  const RUNS = LISTS.has(preset.name) ? 1500 : 150;

  test(`${preset.name}: every row of any list gets its item`, () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(...feeds), (list, feed) => {
        const input = {
          body: JSON.stringify(list),
          receivedAt: RECEIVED,
          ...(feed === undefined ? {} : { feed }),
        };
        expect(faultsOf(mapping.map(input), LISTS.has(preset.name) ? list.length : undefined)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  test(`${preset.name}: any text and any bytes are answered`, () => {
    const body = fc.oneof(fc.string(), fc.json(), fc.uint8Array({ maxLength: 60 }));
    const query = fc.array(
      fc.tuple(fc.constantFrom(...KEYS), fc.oneof(fc.string(), fc.constantFrom(...VALUES))),
      { maxLength: 8 },
    );
    const types = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', '');
    fc.assert(
      fc.property(body, query, types, fc.constantFrom(...feeds), (bytes, pairs, contentType, feed) => {
        const input = { body: bytes, query: pairs, contentType, receivedAt: RECEIVED };
        const mapped = mapping.map(feed === undefined ? input : { ...input, feed });
        expect(faultsOf(mapped, undefined)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
}
