import type { Problem } from '@plumbline/contract';

/** What a failed call says: RFC 9457 as the server wrote it, or our own words when no server answered. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  /** HTTP status; 0 when the server could not be reached. */
  readonly status: number;
  readonly code: string;
  readonly title: string;
  /** Names the answer in the server's log; undefined when no server answered. */
  readonly instance: string | undefined;
  readonly errors: readonly { readonly path: string; readonly message: string }[];

  constructor(problem: Partial<Problem> & { status: number; code: string; title: string; detail: string }) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.instance = problem.instance;
    this.errors = problem.errors ?? [];
  }
}

export type QueryValues = Readonly<Record<string, string | number | undefined>>;

export interface Call {
  readonly query?: QueryValues;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * Calls the API with the session's cookie. T is what the contract says of the answer; an empty answer is undefined.
 * Throws ProblemError for every answer that is not a success, and when no answer came.
 */
export async function callApi<T>(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  call: Call = {},
): Promise<T> {
  const response = await send(method, path, call);
  const text = await response.text();
  if (!response.ok) throw problemOf(response, text);
  // The contract's schemas judge the answer on the server before it leaves; judging it twice would only cost the reader time.
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Hands over a body as it is, with its media type. Throws as callApi does. */
export async function sendText<T>(
  path: string,
  body: { readonly text: string; readonly type: string },
): Promise<T> {
  const response = await send('POST', path, {
    bytes: new Blob([body.text], { type: body.type }),
    type: body.type,
  });
  const text = await response.text();
  if (!response.ok) throw problemOf(response, text);
  return JSON.parse(text) as T;
}

/** Sends some bytes of a file. Throws as callApi does. */
export async function sendBytes<T>(path: string, query: QueryValues, bytes: Blob): Promise<T> {
  const response = await send('PUT', path, { query, bytes });
  const text = await response.text();
  if (!response.ok) throw problemOf(response, text);
  return JSON.parse(text) as T;
}

/** The address of a call, with the query values that are set, in a fixed order. */
export function addressOf(path: string, query: QueryValues = {}): string {
  const values = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(values.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

async function send(
  method: string,
  path: string,
  call: Call & { readonly bytes?: Blob; readonly type?: string },
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  // A page of another site cannot set this header, so a state-changing request with the cookie is one of ours.
  if (method !== 'GET') headers['x-plumbline-csrf'] = '1';
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  if (call.bytes !== undefined) headers['content-type'] = call.type ?? 'application/octet-stream';
  try {
    return await fetch(addressOf(path, call.query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.bytes === undefined ? {} : { body: call.bytes }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ProblemError({
      status: 0,
      code: 'unreachable',
      title: 'The server cannot be reached',
      detail:
        'No answer came. Check that Plumbline runs (npm start) and that you are online; this page tries again by itself.',
    });
  }
}

function problemOf(response: Response, text: string): ProblemError {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    if (typeof problem.detail === 'string' && typeof problem.code === 'string') {
      return new ProblemError({
        ...problem,
        status: response.status,
        code: problem.code,
        title: problem.title ?? 'The request failed',
        detail: problem.detail,
      });
    }
  } catch {
    // A proxy in between may answer something that is no JSON; the status then says what there is to say.
  }
  return new ProblemError({
    status: response.status,
    code: 'unexpected_answer',
    title: 'The server answered unexpectedly',
    detail: `The answer has the status ${response.status} and is not one of Plumbline's. Is something else listening at this address?`,
  });
}

export function isProblem(error: unknown): error is ProblemError {
  return error instanceof ProblemError;
}
