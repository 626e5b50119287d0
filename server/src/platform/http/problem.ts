import type { Problem } from '@plumbline/contract';
import type { Refusal } from '../../kernel/outcome.ts';

/** One place of a request and what to do about it. */
export interface ProblemDetail {
  readonly path: string;
  readonly message: string;
  /** Of a document given as text: where in it, from 1. */
  readonly line?: number;
  readonly column?: number;
}

/**
 * A request that cannot be done, as the answer that its sender gets (RFC 9457). Thrown by routes and actions,
 * turned into `application/problem+json` in one place. `code` is stable; `detail` says what to do.
 */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly ProblemDetail[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: {
    status: number;
    code: string;
    detail: string;
    errors?: readonly ProblemDetail[];
    headers?: Readonly<Record<string, string>>;
    cause?: unknown;
  }) {
    super(options.detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HttpProblem';
    this.status = options.status;
    this.code = options.code;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

/** 404: the thing that the address or the body names does not exist. */
export function notFound(what: string, id: string): HttpProblem {
  return new HttpProblem({
    status: 404,
    code: `${what.replaceAll(' ', '_')}_not_found`,
    detail: `There is no ${what} "${shorten(id)}".`,
  });
}

/** 409: the request is right in itself and contradicts what is there. */
export function conflict(code: string, detail: string): HttpProblem {
  return new HttpProblem({ status: 409, code, detail });
}

/** 422: the request can be read, and says something that cannot be. */
export function unprocessable(code: string, detail: string, errors?: readonly ProblemDetail[]): HttpProblem {
  return new HttpProblem({ status: 422, code, detail, ...(errors === undefined ? {} : { errors }) });
}

/** A refusal of pure code as a 422, at a place of the request. */
export function problemOfRefusal(refusal: Refusal, path: string): HttpProblem {
  return unprocessable(refusal.reason, refusal.detail, [{ path, message: refusal.detail }]);
}

/** The wire form. The title is the same for every answer with this status. */
export function problemBody(problem: HttpProblem, requestId: string): Problem {
  return {
    type: `urn:plumbline:problem:${problem.code}`,
    title: TITLES[problem.status] ?? 'Request failed',
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    instance: `urn:plumbline:request:${requestId}`,
    ...(problem.errors === undefined || problem.errors.length === 0
      ? {}
      : { errors: problem.errors.map((error) => ({ ...error })) }),
  };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Malformed request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request took too long',
  409: 'Conflict',
  413: 'Body too large',
  414: 'Address too long',
  415: 'Media type not supported',
  422: 'Invalid content',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Not available now',
};

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
