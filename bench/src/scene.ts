import { request } from 'undici';
import { generateLoad } from './load/index.ts';
import type { Product } from './product.ts';

/** Partners, sources and customers on which a measurement stands. */
export interface Scene {
  readonly programId: string;
  readonly crm: string;
  readonly platform: string;
  readonly customers: number;
  readonly partnerIds: readonly string[];
  /** Addresses of the leaves' tracking links. */
  readonly links: readonly string[];
  /** A click on each of them. */
  readonly clickIds: readonly string[];
}

export interface SceneSize {
  readonly levels: number;
  /** Partners of each level but the last, and of the last. */
  readonly above: number;
  readonly leaves: number;
  readonly customers: number;
  /** forex when absent. */
  readonly vertical?: 'forex' | 'igaming';
}

export const SCENE: Omit<SceneSize, 'levels' | 'vertical'> = { above: 20, leaves: 100, customers: 2_000 };

/** The program's day stands still, so that every run holds the same amounts until the same midnight. */
export const DAY = {
  registered: '2026-03-02T08:00:00.000Z',
  opened: '2026-03-02T09:00:00.000Z',
  closed: '2026-03-02T10:00:00.000Z',
  now: '2026-03-02T12:00:00.000Z',
} as const;

/** Builds it by API, as an operator would: a program from the preset, a tree of partners, links, clicks, registrations. */
export async function buildScene(product: Product, size: SceneSize): Promise<Scene> {
  const program = await product.call('POST', '/v1/programs', {
    name: 'Bench',
    vertical: size.vertical ?? 'forex',
    sandbox: true,
    clockAt: DAY.registered,
  });
  const programId = String(program['id']);
  for (const [slug, registrar] of [
    ['crm', true],
    ['platform', false],
  ] as const) {
    await product.call('POST', '/v1/sources', { programId, slug, preset: 'generic-s2s', registrar });
  }
  const { all, leaves } = await buildTree(product, programId, size);
  const links = await Promise.all(
    leaves.map(async (partnerId) =>
      String(
        (await product.call('POST', '/v1/links', { partnerId, landingUrl: 'https://example.com/open' }))[
          'url'
        ],
      ),
    ),
  );
  const clickIds = await Promise.all(links.map((link) => clickOn(product, link)));
  await registerMore(product, { crm: 'crm', clickIds }, { from: 0, count: size.customers });
  await product.call('POST', `/v1/programs/${programId}/clock`, { at: DAY.now });
  return {
    programId,
    crm: 'crm',
    platform: 'platform',
    customers: size.customers,
    partnerIds: all,
    links,
    clickIds,
  };
}

/** Registers customers number `from` on, in turn for each of the leaves. */
export async function registerMore(
  product: Product,
  scene: Pick<Scene, 'crm' | 'clickIds'>,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<void> {
  await generateLoad({
    url: product.address,
    method: 'POST',
    path: '/v1/events/batch',
    headers: product.headers,
    connections: 4,
    batch: 200,
    from,
    bodies: { kind: 'registrations', source: scene.crm, clickIds: scene.clickIds, at: DAY.registered },
    pace: { kind: 'count', events: count },
  });
}

async function buildTree(
  product: Product,
  programId: string,
  size: SceneSize,
): Promise<{ all: string[]; leaves: string[] }> {
  const all: string[] = [];
  let above: string[] = [];
  for (let level = 1; level <= size.levels; level += 1) {
    const count = level === size.levels ? size.leaves : size.above;
    const here: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const parentId = above[i % Math.max(1, above.length)] ?? null;
      here.push(
        String(
          (
            await product.call('POST', '/v1/partners', { programId, name: `Partner ${level}.${i}`, parentId })
          )['id'],
        ),
      );
    }
    all.push(...here);
    above = here;
  }
  return { all, leaves: above };
}

/** Follows a tracking link and takes the click id from where it leads. */
async function clickOn(product: Product, link: string): Promise<string> {
  const { pathname } = new URL(link, product.address);
  const answer = await request(new URL(pathname, product.address), {
    headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0' },
  });
  await answer.body.dump();
  const location = String(answer.headers['location']);
  const clickId = new URL(location).searchParams.get('click_id');
  if (clickId === null) throw new Error(`the link leads to ${location} without a click id`);
  return clickId;
}

/** Opens positions 0 to `count` - 1, so that each later closing is one closed trade. Not measured. */
export async function openPositions(product: Product, scene: Scene, count: number): Promise<void> {
  await generateLoad({
    url: product.address,
    method: 'POST',
    path: '/v1/events/batch',
    headers: product.headers,
    connections: 4,
    batch: 500,
    from: 0,
    bodies: { kind: 'openings', source: scene.platform, customers: scene.customers, at: DAY.opened },
    pace: { kind: 'count', events: count },
  });
  await product.quiesce();
}
