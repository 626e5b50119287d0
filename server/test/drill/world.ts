import { setTimeout as wait } from 'node:timers/promises';
import { KEY } from './tree.ts';
import { CLICK_DAY, CRM, PLATFORM, TOLD_DAY } from './traffic.ts';
import type { World } from './traffic.ts';

export const DEAL = {
  currency: 'USD',
  components: [
    { id: 'per-lot', kind: 'per_lot', rates: [{ rate: '7' }], overrides: [{ rate: '2' }], holdDays: 1 },
    { id: 'cpa', kind: 'cpa', amount: '40', override: '4', minimumDeposit: '60', holdDays: 1 },
  ],
};

/** Sets up program, partners, deal, sources, link, click and webhook endpoint by API. */
export async function setUpWorld(url: string, receiverUrl: string): Promise<World> {
  const program = await call(url, 'POST', '/v1/programs', {
    name: 'Drill',
    vertical: 'forex',
    preset: false,
    sandbox: true,
    clockAt: CLICK_DAY,
    // Whatever moves money waits for somebody else, so that also this is struck.
    restatementLimit: '0',
  });
  const programId = text(program, 'id');
  const top = text(await call(url, 'POST', '/v1/partners', { programId, name: 'Top' }), 'id');
  const leaf = text(
    await call(url, 'POST', '/v1/partners', { programId, name: 'Leaf', parentId: top }),
    'id',
  );
  const other = text(await call(url, 'POST', '/v1/partners', { programId, name: 'Other' }), 'id');
  await call(url, 'POST', '/v1/deals', { programId, document: DEAL });
  const crm = await call(url, 'POST', '/v1/sources', {
    programId,
    slug: CRM,
    preset: 'generic-s2s',
    registrar: true,
    settings: { server: 'drill' },
  });
  await call(url, 'POST', '/v1/sources', {
    programId,
    slug: PLATFORM,
    preset: 'mt5',
    settings: { server: 'drill', zone: 'UTC' },
  });
  await call(url, 'POST', '/v1/endpoints', { programId, url: receiverUrl });
  const link = await call(url, 'POST', '/v1/links', {
    partnerId: leaf,
    landingUrl: 'http://landing.example/',
  });
  const click = await fetch(text(link, 'url'), { redirect: 'manual' });
  const clickId = new URL(click.headers.get('location') ?? '').searchParams.get('click_id');
  if (clickId === null) throw new Error(`the link gave no click id: ${click.status}`);
  const second = await call(url, 'POST', '/v1/api-keys', { name: 'second', scopes: ['*'] });
  await moveClock(url, programId, TOLD_DAY);
  return {
    programId,
    leaf,
    top,
    other,
    token: text(crm, 'token'),
    clickId,
    second: text(second, 'key'),
  };
}

/** Moves the program's clock, which lets go what is no longer on hold; asks again until it is answered. */
export async function moveClock(url: string, programId: string, at: string): Promise<void> {
  for (;;) {
    try {
      await call(url, 'POST', `/v1/programs/${programId}/clock`, { at });
      return;
    } catch (error) {
      // The move that was lost on the way may have been made: then the clock stands there already, which is as good.
      if (error instanceof Refused && error.code === 'clock_goes_forward_only') return;
      if (error instanceof Refused && error.status < 500) throw error;
      await wait(100);
    }
  }
}

/** An answer that is no 2xx. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(what: string, status: number, body: string) {
    super(`${what}: ${status} ${body.slice(0, 500)}`);
    this.name = 'Refused';
    this.status = status;
    this.code = (JSON.parse(body) as { code?: string }).code ?? '';
  }
}

/** Calls the API with the key of the drill, or as somebody else; `key` names a write that is asked again. Throws Refused, or whatever fetch throws when nobody answers. */
export async function call(
  url: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  key?: string,
  as = KEY,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${as}`,
      ...(key === undefined || body === undefined ? {} : { 'idempotency-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const reply = await answer.text();
  if (!answer.ok) throw new Refused(`${method} ${path}`, answer.status, reply.startsWith('{') ? reply : '{}');
  return JSON.parse(reply) as Record<string, unknown>;
}

function text(reply: Record<string, unknown>, field: string): string {
  const value = reply[field];
  if (typeof value !== 'string')
    throw new Error(`the answer has no ${field}: ${JSON.stringify(reply).slice(0, 300)}`);
  return value;
}
