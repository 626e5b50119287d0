// The public API of the product, as the oracle uses it.
import type { TestApi } from '../../server/test/support/test-api.ts';

/** A deal or an event that the product would not take: no disagreement about money, but the world is of no use. */
export class RefusedError extends Error {}

type Json = ReturnType<typeof JSON.parse>;

export const iso = (at: number): string => new Date(at).toISOString();

/** A call; again where the connection was closed meanwhile, as happens to a campaign that was paused. */
export async function ask(
  api: TestApi,
  method: string,
  path: string,
  options: Parameters<TestApi['call']>[2] = {},
): ReturnType<TestApi['call']> {
  for (let left = 3; ; left -= 1)
    try {
      return await api.call(method, path, options);
    } catch (error) {
      if (left === 0 || !(error instanceof TypeError)) throw error;
    }
}

/** @throws RefusedError when the product says no. */
export async function post(api: TestApi, path: string, body: object): Promise<Json> {
  const answer = await ask(api, 'POST', path, { body });
  if (answer.status >= 300)
    throw new RefusedError(`POST ${path}: ${answer.status} ${answer.text.slice(0, 600)}`);
  return answer.body;
}

const secondKeys = new WeakMap<TestApi, Promise<string>>();

/** Lets a second person agree to a change set that waits for one. */
export async function agree(
  api: TestApi,
  changeSet: { readonly id: string; readonly state: string },
): Promise<void> {
  if (changeSet.state !== 'proposed') return;
  await approve(api, `/v1/change-sets/${changeSet.id}/approve`, 'agreed');
}

/** Says yes as a second person. */
export async function approve(api: TestApi, path: string, note: string): Promise<void> {
  let second = secondKeys.get(api);
  if (second === undefined) {
    second = post(api, '/v1/api-keys', {
      name: 'second person',
      scopes: ['registry:write', 'customers:write', 'evidence:read'],
    }).then(({ key }) => key);
    secondKeys.set(api, second);
  }
  const answer = await ask(api, 'POST', path, { body: { note }, key: await second });
  if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
}

export async function get(api: TestApi, path: string): Promise<Json> {
  const answer = await ask(api, 'GET', path);
  if (answer.status >= 300) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** All items of a list, page by page; the path has a question mark already. */
export async function pages(api: TestApi, path: string): Promise<Json[]> {
  const all: Json[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await get(
      api,
      `${path}&limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

/** Few at a time, in the order of the list; one that fails does not hinder the others. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      try {
        results[index] = { status: 'fulfilled', value: await work(items[index] as T) };
      } catch (reason) {
        results[index] = { status: 'rejected', reason };
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
