import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryWorld, refusal } from '../../../test/support/registry-world.ts';
import type { RegistryWorld } from '../../../test/support/registry-world.ts';

let world: RegistryWorld;
beforeAll(async () => {
  world = await openRegistryWorld();
});
afterAll(() => world.api.close());

const lots = { id: 'lots', kind: 'per_lot', rates: [{ rate: '5' }] };
const share = { id: 'share', kind: 'revshare', base: 'ggr', percent: '30' };
const check = (body: object) => world.post('/v1/deals/check', { programId: world.programId, ...body });
const count = async (): Promise<number> =>
  (await world.api.call('GET', `/v1/deals?programId=${world.programId}`)).body.items.length;

describe('a deal that is only checked', () => {
  test('comes back with its defaults and in plain words, and nothing is written', async () => {
    const before = [await count(), await world.versions()];
    const answer = await check({ effectiveFrom: null, document: { currency: 'USD', components: [lots] } });
    expect(answer.status).toBe(200);
    expect(answer.body.document.components[0].minimumDurationSeconds).toBe(180);
    expect(answer.body.sentences.join(' ')).toContain('5 USD per lot');
    expect([await count(), await world.versions()]).toEqual(before);
  });

  test('is refused for what writing it would refuse, with the place', async () => {
    const wrong = await check({
      effectiveFrom: null,
      document: { currency: 'USD', colour: 'red', components: [] },
    });
    expect(refusal(wrong)).toEqual([422, 'bad_deal']);
    expect(wrong.body.errors.map((one: { path: string }) => one.path)).toContain('body.document.colour');
    const document = { currency: 'USD', components: [share] };
    expect(refusal(await check({ document }))).toEqual([422, 'effective_from_missing']);
    expect(refusal(await check({ document, effectiveFrom: '2026-03-05T00:00:00Z' }))).toEqual([
      422,
      'not_at_period_start',
    ]);
    const levels = { ...lots, levels: { revenuePerUnit: '5' }, overrides: [{ rate: '2' }] };
    expect(
      refusal(await check({ effectiveFrom: null, document: { currency: 'USD', components: [levels] } })),
    ).toEqual([422, 'levels_exceed_revenue']);
  });

  test('for a program or a partner that does not exist is refused', async () => {
    const nobody = `${'0'.repeat(31)}1`;
    const document = { currency: 'USD', components: [lots] };
    expect(refusal(await world.post('/v1/deals/check', { programId: `prg_${nobody}`, document }))).toEqual([
      404,
      'program_not_found',
    ]);
    expect((await check({ partnerId: `prt_${nobody}`, document })).status).toBeGreaterThanOrEqual(404);
  });
});

describe('templates of deals', () => {
  test('come by vertical and in the currency that is asked for, each ready to be written', async () => {
    const { items } = (await world.api.call('GET', '/v1/deal-templates?vertical=igaming&currency=EUR')).body;
    expect(items.length).toBeGreaterThan(1);
    for (const { document, vertical, sentences } of items) {
      expect([vertical, document.currency]).toEqual(['igaming', 'EUR']);
      expect(sentences.length).toBeGreaterThan(1);
      const partnerId = await world.makePartner(sentences[0].slice(0, 60));
      expect(
        (await world.post('/v1/deals', { programId: world.programId, partnerId, document })).status,
      ).toBe(201);
    }
  });

  test('in a currency that nobody knows are refused', async () => {
    expect(refusal(await world.api.call('GET', '/v1/deal-templates?currency=ZZZ'))).toEqual([
      422,
      'bad_currency',
    ]);
  });
});
