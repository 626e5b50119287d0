import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

let api: TestApi;
let world: ToldWorld;
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await world.tell(world.crm, [
    {
      kind: 'registration',
      externalId: 'r1',
      occurredAt: '2026-02-01T00:00:00Z',
      identifiers: [{ namespace: 'customer', value: '1' }],
    },
    {
      kind: 'deposit',
      externalId: 'd1',
      occurredAt: '2026-02-02T00:00:00Z',
      identifiers: [{ namespace: 'customer', value: '1' }],
      amount: '100',
      currency: 'USD',
    },
    {
      kind: 'deposit',
      externalId: 'd2',
      occurredAt: '2026-02-02T00:00:00Z',
      identifiers: [{ namespace: 'customer', value: 'nobody' }],
      amount: '100',
      currency: 'USD',
    },
  ]);
  await world.tell(world.crm, [
    {
      kind: 'deposit',
      externalId: 'd1',
      occurredAt: '2026-02-02T00:00:00Z',
      identifiers: [{ namespace: 'customer', value: '1' }],
      amount: '100',
      currency: 'USD',
    },
  ]);
  await world.settle();
});
afterAll(() => api.close());

/** Reads messages of the stream until `enough` says so; gives them parsed. */
async function watch(query: string, enough: (messages: Message[]) => boolean): Promise<Message[]> {
  const abort = new AbortController();
  const response = await fetch(`${api.address}/v1/live${query}`, {
    headers: { authorization: `Bearer ${api.key}` },
    signal: abort.signal,
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ]);
  const messages: Message[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString('utf8');
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) messages.push(messageOf(part));
    if (enough(messages)) break;
  }
  abort.abort();
  return messages;
}

interface Message {
  readonly event: string | undefined;
  readonly id: number;
  readonly retry: string | undefined;
  readonly data: ReturnType<typeof JSON.parse>;
}

function messageOf(part: string): Message {
  const fields = new Map(
    part
      .split('\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const data = fields.get('data');
  return {
    event: fields.get('event'),
    id: Number(fields.get('id')),
    retry: fields.get('retry'),
    data: data === undefined ? undefined : JSON.parse(data),
  };
}

/** The road once it has been counted: nobody who asks waits for that. */
async function counted(path: string): Promise<ReturnType<typeof JSON.parse>> {
  for (;;) {
    const road = await world.get(path);
    if (road.countedAt !== null) return road;
  }
}

describe('the road', () => {
  test('shows each stage with what left it and why, and that nothing is lost', async () => {
    const road = await counted(`/v1/road?programId=${world.programId}`);
    const through = Object.fromEntries(
      road.stages.map((stage: { stage: string; through: { total: number } }) => [
        stage.stage,
        stage.through.total,
      ]),
    );
    expect(through).toMatchObject({ intake: 3, mapping: 3, identity: 2 });
    const exits = road.stages.flatMap(
      (stage: { stage: string; exits: { reason: string; count: number; kind: string }[] }) =>
        stage.exits.map((exit) => `${stage.stage} ${exit.reason} ${exit.kind} ${exit.count}`),
    );
    expect(exits).toContain('intake duplicate left 1');
    expect(exits).toContain('identity unknown_customer waits 1');
    expect(road.conservation).toMatchObject({
      holds: true,
      items: { received: 4, holds: true },
      events: { total: 3, parked: 1, decided: 2, holds: true },
    });
    expect(road.history).toHaveLength(120);
  });

  test('of another program shows nothing of this one', async () => {
    const other = await world.post('/v1/programs', { name: 'Empty', vertical: 'forex' });
    const road = await counted(`/v1/road?programId=${other.id}`);
    expect(
      road.stages.every(
        (stage: { through: { total: number }; exits: unknown[] }) =>
          stage.through.total === 0 && stage.exits.length === 0,
      ),
    ).toBe(true);
  });
});

describe('the live stream', () => {
  test('begins with a whole snapshot, and again after a reconnect that says what it saw last', async () => {
    const [hello, first] = await watch('', (messages) => messages.length >= 2);
    expect(hello).toMatchObject({ retry: '1000' });
    expect(first).toMatchObject({ event: 'road', data: { stages: expect.any(Array), programId: null } });
    const again = await watch(`?programId=${world.programId}`, (messages) => messages.length >= 2);
    expect(again[1]?.data.programId).toBe(world.programId);
    expect(again[1]?.id).toBeGreaterThan(first?.id ?? Infinity);
  });

  test('tells what moves, with the rate at which it comes', async () => {
    const told = world.tell(
      world.crm,
      Array.from({ length: 20 }, (_, n) => ({
        kind: 'deposit',
        externalId: `live${n}`,
        occurredAt: '2026-02-03T00:00:00Z',
        identifiers: [{ namespace: 'customer', value: '1' }],
        amount: '5',
        currency: 'USD',
      })),
    );
    const isThere = (message: Message): boolean =>
      message.event === 'road' && message.data.stages[0].through.lastMinute >= 20;
    const messages = await watch(`?programId=${world.programId}`, (all) => all.some(isThere));
    await told;
    expect(messages.find(isThere)?.data.throughputPerSecond).toBeGreaterThan(0);
  });

  test('asks for the scope like any other address, and takes the cookie of a session', async () => {
    const answer = await api.call('GET', '/v1/live', { key: null });
    expect(answer.status).toBe(401);
  });

  test('ends when the server closes, so that no page holds it up', async () => {
    const other = await startTestApi();
    const response = await fetch(`${other.address}/v1/live`, {
      headers: { authorization: `Bearer ${other.key}` },
    });
    const ended = response.text();
    await other.close();
    expect(await ended).toContain('event: road');
  });
});
