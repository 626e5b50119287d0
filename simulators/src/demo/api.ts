// The demo's own calls of the product, by its public API.

/** The product answered, and did not do what was asked. */
export class Refused extends Error {
  readonly status: number;
  constructor(what: string, status: number, text: string) {
    super(`${what}: ${status} ${text.slice(0, 400)}`);
    this.name = 'Refused';
    this.status = status;
  }
}

export interface Api {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  /** Posts bytes as they are. */
  postRaw<T>(path: string, body: string): Promise<T>;
}

const PATIENCE_MS = 130_000;

/** Calls with an API key. Throws Refused for any answer that is no 2xx, and whatever the network throws. */
export function createApi(url: string, key: string): Api {
  const call = async <T>(method: 'GET' | 'POST', path: string, body?: string): Promise<T> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Refused(`${method} ${path}`, answer.status, text);
    return JSON.parse(text) as T;
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, JSON.stringify(body)),
    postRaw: (path, body) => call('POST', path, body),
  };
}
