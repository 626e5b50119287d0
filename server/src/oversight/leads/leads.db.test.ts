import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

let api: TestApi;
let world: ToldWorld;
let link: { id: string; url: string };
const ids = new Map<string, string>();

beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: world.sub,
    effectiveFrom: null,
    document: {
      currency: 'USD',
      components: [{ id: 'first', kind: 'cpa', amount: '100', minimumDeposit: '100', windowDays: 30 }],
    },
  });
  link = await world.post('/v1/links', {
    partnerId: world.sub,
    landingUrl: 'https://broker.example/start',
    campaign: 'Autumn sale',
    creative: 'banner-7',
  });
  const started = api.context.clock.now() / 1000;
  const at = (after: number): string => new Date(started + after * 1000).toISOString();
  const people: readonly (readonly [string, string | undefined])[] = [
    ['nobody-yet', undefined],
    ['short', '60'],
    ['enough', '250'],
  ];
  let seconds = 0;
  for (const [name, amount] of people) {
    seconds += 1;
    // Two visits of one link in one millisecond are not told apart by a search.
    api.setNow(new Date(started + seconds * 1000).toISOString());
    const clickId = await visit(`sub1=${name}-one&sub3=x`);
    await world.tell(world.crm, [
      registration(name, `9${seconds}`, { clickId, occurredAt: at(10 + seconds), country: 'DE' }),
      ...(amount === undefined ? [] : [deposit(name, amount, { occurredAt: at(60 + seconds) })]),
    ]);
  }
  const organic = await world.get(`/v1/customers?programId=${world.programId}`);
  expect(organic.items).toEqual([]);
  await world.settle();
  for (const [name] of people)
    ids.set(name, (await world.get(`/v1/customers?programId=${world.programId}&search=${name}`)).items[0].id);
});
afterAll(() => api.close());

async function visit(query: string): Promise<string> {
  const answer = await api.call('GET', `${new URL(link.url).pathname}?${query}`, { key: null });
  return new URL(answer.headers.get('location') ?? '').searchParams.get('click_id') ?? '';
}

const leads = async (query = ''): Promise<Answer['body']> =>
  world.get(`/v1/partners/${world.sub}/leads${query}`);
const namesOf = (page: Answer['body']): string[] =>
  page.items.map(
    (lead: { customerId: string }) => [...ids].find(([, id]) => id === lead.customerId)?.[0] ?? '?',
  );

describe('the leads of a partner', () => {
  test('are there from the registration on, with what each lacks in words', async () => {
    await api.call('GET', '/v1/clicks?limit=1');
    const page = await leads();
    expect(namesOf(page)).toEqual(['enough', 'short', 'nobody-yet']);
    const [enough, short, none] = page.items;
    expect(none).toMatchObject({
      state: 'registered',
      by: 'click',
      campaign: 'Autumn sale',
      creative: 'banner-7',
      country: 'DE',
      subs: { sub1: 'nobody-yet-one', sub3: 'x' },
      firstDeposit: null,
      qualifiedAt: null,
    });
    expect(none.why).toMatch(/no deposit has come yet\. It needs a first deposit of at least 100 USD before/);
    expect(short).toMatchObject({
      state: 'deposited',
      reason: 'ftd_below_min',
      firstDeposit: { amount: { amount: '60.00', currency: 'USD' } },
    });
    expect(short.why).toMatch(/needs 40 more to reach 100 USD/);
    expect(enough).toMatchObject({ state: 'qualified', reason: 'cpa_granted' });
    expect(enough.qualifiedAt).toBe(enough.firstDeposit.at);
  });

  test('name no person: neither the CRM id nor a login', async () => {
    const text = JSON.stringify(await leads());
    for (const name of ids.keys()) expect(text.replaceAll(`${name}-one`, '')).not.toContain(name);
    expect(text).not.toContain('mt5:live');
  });

  test.each([
    ['?search=AUTUMN', ['enough', 'short', 'nobody-yet']],
    ['?search=short-one', ['short']],
    ['?search=short-on', []],
    ['?search=de', ['enough', 'short', 'nobody-yet']],
    ['?search=%27;drop', []],
    ['?state=deposited', ['short']],
    ['?state=registered', ['nobody-yet']],
    ['?state=qualified&search=autumn', ['enough']],
    ['?sort=oldest', ['nobody-yet', 'short', 'enough']],
    ['?sort=firstDeposit', ['enough', 'short', 'nobody-yet']],
  ])('are found by %s', async (query, expected) => {
    expect(namesOf(await leads(query))).toEqual(expected);
  });

  test('are found by their id and their link', async () => {
    expect(namesOf(await leads(`?search=${ids.get('short')}`))).toEqual(['short']);
    expect(namesOf(await leads(`?search=${link.id}`))).toHaveLength(3);
  });

  test.each(['newest', 'oldest', 'firstDeposit'])(
    'are read page by page, each once, sorted by %s',
    async (sort) => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Answer['body'] = await leads(
          `?limit=1&sort=${sort}${cursor === null ? '' : `&cursor=${cursor}`}`,
        );
        seen.push(...namesOf(page));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(namesOf(await leads(`?sort=${sort}`)));
    },
  );

  test('go with the customer to another partner, and say what bars one now', async () => {
    const other = (await world.post('/v1/partners', { programId: world.programId, name: 'Other' })).id;
    const reason = 'moved';
    await world.post(`/v1/customers/${ids.get('short')}/status`, {
      status: 'self_excluded',
      effectiveFrom: null,
    });
    await world.settle();
    expect((await leads('?search=short-one')).items[0]).toMatchObject({ reason: 'self_excluded' });
    await world.post(`/v1/customers/${ids.get('short')}/attributions`, {
      partnerId: other,
      effectiveFrom: new Date(api.context.clock.now() / 1000 + 120_000).toISOString(),
      reason,
    });
    await world.settle();
    expect(namesOf(await leads())).toEqual(['enough', 'nobody-yet']);
    expect((await world.get(`/v1/partners/${other}/leads`)).items).toMatchObject([
      { by: 'manual', subs: {} },
    ]);
  });

  test('of nobody are not found, and a cursor of another list is refused', async () => {
    const missing = await api.call('GET', `/v1/partners/prt_${'0'.repeat(32)}/leads`);
    expect([missing.status, missing.body.code]).toEqual([404, 'partner_not_found']);
    const bad = await api.call('GET', `/v1/partners/${world.sub}/leads?cursor=abc`);
    expect([bad.status, bad.body.code]).toEqual([400, 'bad_cursor']);
  });
});
