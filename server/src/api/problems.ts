import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { isConnectionFault } from '../platform/db.ts';
import { HttpProblem, problemBody } from '../platform/http/problem.ts';
import type { ProblemDetail } from '../platform/http/problem.ts';
import type { Log } from '../platform/log.ts';

/** Answers every failure as application/problem+json, whatever failed; nothing of our insides is told. */
export function answerProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler(async (error, request, reply) =>
    sendProblem(request, reply, problemOf(error, request, log)),
  );
  const patterns: { method: string; pattern: RegExp }[] = [];
  app.addHook('onRoute', (route) => {
    const methods = Array.isArray(route.method) ? route.method : [route.method];
    for (const method of methods) patterns.push({ method, pattern: patternOf(route.url) });
  });
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const allowed = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return sendProblem(
      request,
      reply,
      allowed.length === 0 ? noSuchAddress(path) : methodNotAllowed(request.method, allowed),
    );
  });
}

/**
 * Throws 400 `bad_address` on an address that carries a NUL: no text of the database can hold one, so a look-up with
 * it would fail there.
 */
export function refuseUnstorableAddress(url: string): void {
  if (!url.includes('%00')) return;
  throw new HttpProblem({
    status: 400,
    code: 'bad_address',
    detail: 'The address holds a NUL character (%00), which no name or id can hold.',
  });
}

/**
 * Throws 415 `content_encoding_not_supported` on a body that is compressed or otherwise encoded: read as it is, it would
 * look like broken text. GET and HEAD pass, because their bodies are never read.
 */
export function refuseEncodedBody(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || request.method === 'GET' || request.method === 'HEAD') return;
  if (request.routeOptions.config.takesEncodedBodies === true) return;
  if (encoding.trim().toLowerCase() === 'identity') return;
  throw new HttpProblem({
    status: 415,
    code: 'content_encoding_not_supported',
    detail:
      'This address takes no content encodings. Send the body as it is, without compression and without the header Content-Encoding.',
    headers: { 'accept-encoding': 'identity' },
  });
}

/** What the router refuses before any route is asked: addresses that are broken, or too long. */
export function answerFrameworkError(
  error: { readonly code: string },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const tooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  const problem = new HttpProblem({
    status: tooLong ? 414 : 400,
    code: tooLong ? 'address_too_long' : 'bad_address',
    detail: tooLong
      ? 'A part of the address is longer than any name or id.'
      : 'The address is no valid one: a % must be followed by two hexadecimal digits of UTF-8.',
  });
  return sendProblem(request, reply.header('x-request-id', request.id), problem);
}

/** Writes a problem as the answer. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: HttpProblem,
): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemBody(problem, request.id));
}

function problemOf(error: unknown, request: FastifyRequest, log: Log): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return invalidRequest(error);
  if (isConnectionFault(error)) {
    log.warn({ requestId: request.id, err: error }, 'the database could not be reached');
    return new HttpProblem({
      status: 503,
      code: 'database_unavailable',
      headers: { 'retry-after': '1' },
      detail:
        'The database cannot be reached at the moment. Send the request again; with an Idempotency-Key that is always safe.',
    });
  }
  const known = problemOfFramework(error);
  if (known !== undefined) return known;
  log.error(
    { requestId: request.id, method: request.method, route: request.routeOptions.url, err: error },
    'a request failed',
  );
  return new HttpProblem({
    status: 500,
    code: 'internal_error',
    cause: error,
    detail:
      'Something went wrong on our side. Nothing was changed unless the answer of an earlier attempt said so; tell us the instance of this answer.',
  });
}

const FRAMEWORK: Readonly<Record<string, { status: number; code: string; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body_too_large',
    detail: 'A body has at most 10 MB. Send less at once; a batch can be split anywhere.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'media_type_not_supported',
    detail: 'This address takes JSON: send the header Content-Type: application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'bad_content_length',
    detail: 'The body has another length than Content-Length says.',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'bad_address', detail: 'The address is not properly encoded.' },
  FST_ERR_MAX_PARAM_LENGTH: {
    status: 414,
    code: 'address_too_long',
    detail: 'A part of the address is too long.',
  },
};

function problemOfFramework(error: unknown): HttpProblem | undefined {
  const { code, statusCode, message } = error as Partial<FastifyError>;
  const known = code === undefined ? undefined : FRAMEWORK[code];
  if (known !== undefined) return new HttpProblem(known);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new HttpProblem({
      status: statusCode,
      code: 'bad_request',
      detail: message ?? 'The request cannot be read.',
    });
  }
  return undefined;
}

/** A body that says something impossible is a 422; an address that does is a 400. */
function invalidRequest(error: {
  validation: readonly ZodIssueLike[];
  validationContext?: string | undefined;
}): HttpProblem {
  const place = PLACES[error.validationContext ?? 'body'] ?? 'body';
  const errors = error.validation.map((issue): ProblemDetail => ({
    path: pathOf(place, issue.instancePath),
    message: messageOf(issue),
  }));
  const [first] = errors;
  return new HttpProblem({
    status: place === 'body' ? 422 : 400,
    code: 'invalid_request',
    detail:
      first === undefined
        ? 'The request is not valid.'
        : `${first.path}: ${first.message}${errors.length > 1 ? `, and ${errors.length - 1} more` : ''}.`,
    errors,
  });
}

const PLACES: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'params',
  headers: 'headers',
};

interface ZodIssueLike {
  readonly instancePath: string;
  readonly message?: string;
  readonly keyword: string;
}

function messageOf(issue: ZodIssueLike): string {
  const message = (issue.message ?? 'not valid').replace(
    /^Invalid input: expected ([a-z ]+), received undefined$/,
    'missing; expected $1',
  );
  return issue.keyword === 'unrecognized_keys' ? `${message}; remove it, or check its spelling` : message;
}

function pathOf(place: string, instancePath: string): string {
  let path = place;
  for (const part of instancePath.split('/').slice(1)) {
    if (part !== '') path += /^\d+$/.test(part) ? `[${part}]` : `.${part}`;
  }
  return path;
}

function noSuchAddress(path: string): HttpProblem {
  return new HttpProblem({
    status: 404,
    code: 'no_such_address',
    detail: `Nothing is served at ${path.slice(0, 200)}. The addresses are listed at /docs.`,
  });
}

function methodNotAllowed(method: string, allowed: readonly string[]): HttpProblem {
  const list = [...new Set(allowed)].toSorted().join(', ');
  return new HttpProblem({
    status: 405,
    code: 'method_not_allowed',
    detail: `This address does not take ${method}; it takes ${list}.`,
    headers: { allow: list },
  });
}

function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)));
  return new RegExp(`^${parts.join('/')}$`);
}
