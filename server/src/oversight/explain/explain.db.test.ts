import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

let api: TestApi;
let world: ToldWorld;

beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
});
afterAll(() => api.close());

interface Node {
  kind: string;
  ref?: string;
  value: Record<string, unknown>;
  children: Node[];
}

function findNode(node: Node, kind: string): Node | undefined {
  if (node.kind === kind) return node;
  for (const child of node.children) {
    const found = findNode(child, kind);
    if (found !== undefined) return found;
  }
  return undefined;
}

const sumOf = (amounts: readonly { amount: string }[]): number =>
  amounts.reduce((sum, money) => sum + Math.round(Number(money.amount) * 100), 0);

describe('explaining through the API', () => {
  it('opens a trade of two levels from the cent to the raw bytes', async () => {
    const clickId = await world.click();
    // The click is of now by the program's clock, so the registration comes after it.
    await world.tell(world.crm, [
      registration('100', '7100', { clickId, occurredAt: '2026-03-01T12:30:00Z' }),
    ]);
    const [, out] = await world.tell(world.mt5, [
      execution('7100', { id: 't1', at: '2026-03-01T13:00:00Z', entry: 'in', lots: '1' }),
      execution('7100', { id: 't2', at: '2026-03-01T14:10:00Z', entry: 'out', lots: '1' }),
    ]);
    await world.settle();
    const event = await world.get(`/v1/events/${out!.eventId}/explain`);
    expect(event).toMatchObject({ state: 'decided', reason: null, missing: [] });
    expect(
      event.lines.map((line: { partnerName: string; level: number; desired: object; booked: object }) => [
        line.partnerName,
        line.level,
        line.desired,
        line.booked,
      ]),
    ).toEqual([
      ['Leo', 2, { amount: '7.00', currency: 'USD' }, { amount: '7.00', currency: 'USD' }],
      ['Mira', 1, { amount: '1.00', currency: 'USD' }, { amount: '1.00', currency: 'USD' }],
    ]);
    expect(event.lines[0].sentences.partner[0]).toBe(
      '1.00 lot EURUSD was closed on 1 March 2026 after 1 h 10 min; at 7.00 USD per lot this pays 7.00 USD.',
    );
    expect(sumOf(event.amounts)).toBe(sumOf(event.lines.map((line: { desired: object }) => line.desired)));

    const commission = await world.get(`/v1/commissions/${event.lines[0].postings[0].id}/explain`);
    expect(commission).toMatchObject({
      kind: 'commission',
      amount: { amount: '7.00', currency: 'USD' },
      eventId: out!.eventId,
    });
    expect(commission.sentences.partner.join(' ')).not.toMatch(/Mira|7100/);
    const tree = commission.tree as Node;
    expect(
      [
        'line',
        'deal',
        'hierarchy',
        'posting',
        'settlement_group',
        'trade',
        'opening',
        'customer',
        'identifier_link',
        'attribution',
        'delivery',
      ].filter((kind) => findNode(tree, kind) === undefined),
    ).toEqual([]);
    expect(findNode(tree, 'delivery')?.value).toMatchObject({
      feed: 'batch',
      body: expect.stringContaining('"t2"') as string,
    });
    expect(findNode(tree, 'attribution')?.value).toMatchObject({
      partner: world.sub,
      winner: { kind: 'click', campaign: 'spring' },
    });
    expect(sumOf(commission.line.postings.map((posting: { amount: object }) => posting.amount))).toBe(700);
    const legs = findNode(tree, 'posting')?.value['legs'] as { amount: { amount: string } }[];
    expect(sumOf(legs.map((leg) => leg.amount))).toBe(0);
  });

  it('explains the CPA of a deposit, by the event and by the commission', async () => {
    const [first] = await world.tell(world.crm, [
      deposit('100', '250', { occurredAt: '2026-03-01T15:00:00Z' }),
    ]);
    await world.settle();
    const event = await world.get(`/v1/events/${first!.eventId}/explain`);
    expect(event).toMatchObject({ state: 'decided', reason: { code: 'cpa_granted' } });
    expect(event.lines[0]).toMatchObject({
      component: 'cpa',
      partnerName: 'Leo',
      desired: { amount: '100.00' },
      booked: { amount: '100.00' },
      state: 'held',
    });
    const commission = await world.get(`/v1/commissions/${event.lines[0].postings[0].id}/explain`);
    expect(commission.sentences.partner[0]).toBe(
      'The first deposit of 250.00 USD qualified the customer on 1 March 2026; the CPA of 100.00 USD is paid once per customer.',
    );
    expect(commission).toMatchObject({
      state: 'held',
      reason: { code: 'hold_period' },
      eventId: first!.eventId,
    });
  });

  it('says why a trade that is too short pays nothing', async () => {
    const [, out] = await world.tell(world.mt5, [
      execution('7100', { id: 's1', at: '2026-03-01T16:00:00Z', entry: 'in', lots: '1', position: '901' }),
      execution('7100', { id: 's2', at: '2026-03-01T16:01:00Z', entry: 'out', lots: '1', position: '901' }),
    ]);
    await world.settle();
    const event = await world.get(`/v1/events/${out!.eventId}/explain`);
    expect(event).toMatchObject({ state: 'decided', reason: { code: 'trade_too_short' }, lines: [] });
    expect(event.sentences.partner).toContain(
      'The trade was open for less than the minimum duration of the deal.',
    );
    expect(event.sentences.partner).toContain('The deal asks for at least 3 min.');
  });

  it('says what is missing while a login is unknown, and goes on when the link arrives and again when it is withdrawn', async () => {
    const [, out] = await world.tell(world.mt5, [
      execution('7200', { id: 'p1', at: '2026-03-02T08:00:00Z', entry: 'in', lots: '2', position: '902' }),
      execution('7200', { id: 'p2', at: '2026-03-02T09:00:00Z', entry: 'out', lots: '2', position: '902' }),
    ]);
    await world.settle();
    const parked = await world.get(`/v1/events/${out!.eventId}/explain`);
    expect(parked).toMatchObject({ state: 'parked', reason: { code: 'unknown_customer' }, lines: [] });
    expect(parked.missing).toEqual([
      'A link of mt5:live 7200 to a customer that is in force at 2 March 2026 at 09:00.',
    ]);

    const fact = await world.post('/v1/identifiers', {
      programId: world.programId,
      namespace: 'mt5:live',
      value: '7200',
      customer: { value: '100' },
    });
    await world.settle();
    const paid = await world.get(`/v1/events/${out!.eventId}/explain`);
    expect(paid.lines.map((line: { booked: { amount: string } }) => line.booked.amount)).toEqual([
      '14.00',
      '2.00',
    ]);
    const commissionId = paid.lines[0].postings[0].id;

    await world.post(`/v1/facts/${fact.id}/retraction`, { reason: 'wrong customer' });
    await world.settle();
    const withdrawn = await world.get(`/v1/events/${out!.eventId}/explain`);
    expect(withdrawn).toMatchObject({ state: 'parked', reason: { code: 'unknown_customer' } });
    expect(
      withdrawn.lines.map((line: { desired: null; booked: { amount: string }; state: string }) => [
        line.desired,
        line.booked.amount,
        line.state,
      ]),
    ).toEqual([
      [null, '0.00', 'cancelled'],
      [null, '0.00', 'cancelled'],
    ]);
    const commission = await world.get(`/v1/commissions/${commissionId}/explain`);
    expect(commission.summary).toBe(
      '14.00 USD for Leo; later evidence no longer gives this line, and what was booked for it nets to 0.00 USD.',
    );
  });

  it('says that an organic customer was referred by nobody, and that an unknown click id counts for nothing', async () => {
    await world.tell(world.crm, [
      registration('300', '7300'),
      registration('400', '7400', { clickId: 'from-elsewhere' }),
    ]);
    const [organic] = await world.tell(world.crm, [deposit('300', '500')]);
    const [foreign] = await world.tell(world.crm, [deposit('400', '500')]);
    await world.settle();
    expect(await world.get(`/v1/events/${organic!.eventId}/explain`)).toMatchObject({
      reason: { code: 'unattributed' },
      lines: [],
    });
    expect(await world.get(`/v1/events/${foreign!.eventId}/explain`)).toMatchObject({
      reason: { code: 'click_not_found' },
      lines: [],
    });
  });

  it('answers 404 for what does not exist, and 400 for what is no id', async () => {
    expect((await api.call('GET', `/v1/events/evt_${'0'.repeat(32)}/explain`)).status).toBe(404);
    expect((await api.call('GET', `/v1/commissions/com_${'0'.repeat(39)}/explain`)).status).toBe(404);
    expect((await api.call('GET', '/v1/events/nonsense/explain')).status).toBe(400);
  });
});
