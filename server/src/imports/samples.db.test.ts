// Files as systems export them, unchanged, through the whole import room with the preset made for them.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFileReader } from '../../test/support/file-reader.ts';
import type { FileReader } from '../../test/support/file-reader.ts';
import { findSample } from '../../test/support/presets.ts';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';

let api: TestApi;
let reader: FileReader;
let programId: string;

beforeAll(async () => {
  api = await startTestApi({ fence: false });
  reader = await startFileReader(api);
  programId = (await api.call('POST', '/v1/programs', { body: { name: 'Files', vertical: 'forex' } })).body
    .id;
});
afterAll(async () => {
  await reader.close();
  await api.close();
});

const ACTIVITY = [
  'playerid,username,registrationdate,firstdeposit,trackingcode,currency,Deposits,Bonus,Grossrevenue,Netrevenue,CPACommission,chargebacks',
  '71001,dora,10/28/2014,2/7/2015,c_77d_,EUR,80.00,5.00,-1.75,-9.20,0.00,0.00',
  '71002,"M""Bala, li",12/3/2014,,c_77d_y2,EUR,0,0,0,0,0,0',
  '71003,emil,1/2/2015,3/1/2015,C_77D_,SEK,"2,125.00",0.00,610.40,433.15,100.00,25.00',
  '',
].join('\r\n');

interface Sample {
  readonly name: string;
  /** The sample, in its folder; and a file of ours of the same shape, which always runs. */
  readonly path: string;
  readonly ours: string;
  readonly preset: string;
  readonly settings: object;
  readonly rows: number;
  /** Items, not rows: one row may tell several things. */
  readonly told: number;
  readonly reasons: Readonly<Record<string, number>>;
  /** A row to add that cannot be read, and the reason that is kept with it. */
  readonly bad: (line: string) => string;
  readonly problem: string;
}

const SAMPLES: readonly Sample[] = [
  {
    name: 'MetaTrader 4 trades',
    path: 'mt4/mt4_trades.csv',
    ours: readFileSync(new URL('../connectors/mt4/fixtures/mt4_trades.csv', import.meta.url), 'utf8'),
    preset: 'mt4',
    settings: { server: 'live', zone: 'UTC', accounts: { '2100777': 'USC' }, symbolSuffixes: ['.m'] },
    rows: 9,
    // Four closed tickets tell an opening and a close, the open one its opening.
    told: 9,
    reasons: { 'ignored:balance_row': 2, 'ignored:credit_row': 1, 'ignored:unwanted_row': 1 },
    bad: (line) => line.replace(/^(\d+),(\d+),([^,]*),(\d+),\d+,/, '79999999,$2,$3,$4,99,'),
    problem: 'unknown_event',
  },
  {
    name: 'a daily player report',
    path: 'igaming-csv/myaffiliates_activity.csv',
    ours: ACTIVITY,
    preset: 'player-activity-csv',
    settings: { zone: 'UTC' },
    rows: 3,
    // Each player registers and has a day; two of the three have a first deposit.
    told: 8,
    reasons: {},
    bad: (line) => line.replace(/^(\d+),([^,]+),[^,]*,/, '79999,$2,28/10/2014,'),
    problem: 'bad_time',
  },
];

const RUNS = SAMPLES.flatMap((sample) => [
  { ...sample, slug: `${sample.preset}-ours`, title: `${sample.name}, our file`, file: sample.ours },
  { ...sample, slug: sample.preset, title: `${sample.name}, the sample`, file: findSample(sample.path) },
]);

const upload = async (slug: string, body: string, query = '') => {
  const made = await api.call('POST', `/v1/sources/${slug}/imports${query}`, {
    body,
    headers: { 'content-type': 'text/csv' },
  });
  expect(made.status, made.text).toBe(201);
  return `/v1/sources/${slug}/imports/${made.body.id}`;
};

const endOf = async (one: string) => {
  await reader.idle();
  expect(reader.faults).toEqual([]);
  return (await api.call('GET', one)).body;
};

/** What was told: whether a customer was known at that moment is not the question here. */
function sayCounts({ counts }: { counts: Readonly<Record<string, number>> }): object {
  const { accepted = 0, parked = 0, ...others } = counts;
  return { told: accepted + parked, ...others };
}

describe.each(RUNS)('$title', ({ slug, preset, settings, file, rows, told, reasons, bad, problem }) => {
  const text = file ?? '';
  const ignored = Object.values(reasons).reduce((sum, count) => sum + count, 0);
  const first = { told, ...(ignored === 0 ? {} : { ignored }) };

  test.runIf(file !== undefined)('is shown, tried and taken, and has no second effect', async () => {
    const made = await api.call('POST', '/v1/sources', {
      body: { programId, slug, preset, settings },
    });
    expect(made.status, made.text).toBe(201);
    const one = await upload(slug, text);
    const preview = await api.call('GET', `${one}/preview`);
    expect(preview.body.rows.map((row: { row: number }) => row.row)).toEqual(
      Array.from({ length: rows }, (_, index) => index + 2),
    );

    const { asOf: _before, ...before } = (await api.call('GET', '/v1/conservation')).body;
    await api.call('POST', `${one}/start?dryRun=true`);
    const tried = await endOf(one);
    expect(tried).toMatchObject({ state: 'previewed', progress: { rows } });
    expect(sayCounts(tried.progress)).toEqual(first);
    expect((await api.call('GET', '/v1/conservation')).body).toMatchObject(before);

    await api.call('POST', `${one}/start`);
    const done = await endOf(one);
    expect(done).toMatchObject({ state: 'done', progress: { rows } });
    expect(sayCounts(done.progress)).toEqual(first);
    expect(done.progress.reasons).toMatchObject(reasons);
    expect((await api.call('GET', `${one}/errors.csv`)).text.trim().split('\r\n')).toHaveLength(1);

    const again = await endOf(await upload(slug, text, '?start=true'));
    expect(again.sameAs).toMatchObject({ state: 'done' });
    expect(sayCounts(again.progress)).toEqual({
      told: 0,
      duplicate: told,
      ...(ignored === 0 ? {} : { ignored }),
    });
  });

  test.runIf(file !== undefined)(
    'a row that cannot be read stands in the errors, with its own number',
    async () => {
      const lines = text.trimEnd().split(/\r?\n/);
      const spoiled = bad(lines.at(-1) ?? '');
      expect(spoiled).not.toBe(lines.at(-1));
      const one = await upload(slug, [...lines, spoiled].join('\n'), '?start=true');
      const done = await endOf(one);
      expect(done.progress.counts).toMatchObject({ quarantined: 1 });
      const errors = (await api.call('GET', `${one}/errors.csv`)).text.trim().split('\r\n');
      expect(errors).toHaveLength(2);
      expect(errors[1]).toMatch(new RegExp(`^${rows + 2},${problem},`));
    },
  );
});
