// The program, its partners, deals, links and sources, made by the public API, and somebody who may sign in.
import { SERVER_ZONE } from '../mt5/index.ts';
import { Refused } from './api.ts';
import type { Api } from './api.ts';
import type { SignIn } from './product.ts';
import { SYMBOL_ENDING } from './story-trades.ts';
import { PARTNERS, PROGRAM_DEAL } from './structure.ts';

export const CRM_SOURCE = 'broker-crm';
export const PLATFORM_SOURCE = 'broker-mt5';
export const TRADING_SERVER = 'live-1';

/** What was made. */
export interface World {
  readonly programId: string;
  /** Wire ids of partners by key of structure.ts. */
  readonly partners: ReadonlyMap<string, string>;
  /** Tracking links by key of the partner. */
  readonly links: ReadonlyMap<string, string>;
  readonly postbackAddress: string;
}

interface Made {
  readonly id: string;
}

/** Makes the world of the demo. `begins` is where the clock of the sandbox program stands at first, ISO. */
export async function setUpWorld(api: Api, url: string, begins: string): Promise<World> {
  const program = await api.post<Made>('/v1/programs', {
    name: 'Meridian Forex',
    vertical: 'forex',
    preset: false,
    baseCurrency: 'USD',
    sandbox: true,
    clockAt: begins,
  });
  const programId = program.id;
  await api.post('/v1/deals', { programId, document: PROGRAM_DEAL });
  const partners = new Map<string, string>();
  const links = new Map<string, string>();
  for (const partner of PARTNERS) {
    const parentId = partner.parent === null ? null : (partners.get(partner.parent) ?? null);
    const { id } = await api.post<Made>('/v1/partners', {
      programId,
      name: partner.name,
      externalRef: partner.key,
      parentId,
    });
    partners.set(partner.key, id);
    if (partner.deal !== undefined)
      await api.post('/v1/deals', { programId, partnerId: id, document: partner.deal });
    if (partner.weight === 0) continue;
    const link = await api.post<{ url: string }>('/v1/links', {
      partnerId: id,
      landingUrl: 'https://broker.example/open-account',
      campaign: 'spring',
      creative: 'banner-1',
    });
    // On the address at which the demo reaches the product, whatever the link calls itself.
    links.set(partner.key, `${url}${new URL(link.url, url).pathname}`);
  }
  const crm = await api.post<{ token: string }>('/v1/sources', {
    programId,
    slug: CRM_SOURCE,
    name: 'Broker CRM',
    preset: 'generic-s2s',
    registrar: true,
    settings: { server: TRADING_SERVER },
  });
  await api.post('/v1/sources', {
    programId,
    slug: PLATFORM_SOURCE,
    name: 'Broker MT5',
    preset: 'mt5',
    settings: { server: TRADING_SERVER, zone: SERVER_ZONE, symbolSuffixes: [SYMBOL_ENDING] },
  });
  return { programId, partners, links, postbackAddress: `${url}/s2s/${CRM_SOURCE}/${crm.token}` };
}

/** Makes the person of the demo. False when this product has no users yet. */
export async function makeVisitor(api: Api, signIn: SignIn): Promise<boolean> {
  try {
    await api.post('/v1/users', {
      email: signIn.email,
      name: 'Demo',
      role: 'admin',
      password: signIn.password,
    });
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return false;
    throw error;
  }
}
