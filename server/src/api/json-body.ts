import type { FastifyInstance } from 'fastify';
import { parseJson, parseUtf8 } from '../kernel/json.ts';
import { HttpProblem } from '../platform/http/problem.ts';

/**
 * Reads JSON bodies with our own reader: bounded depth, text that the database can store, and numbers that are
 * either exact or refused by the schema. Keeps the text for hashing.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(
        null,
        readBody(body as Buffer, (text) => (request.bodyText = text)),
      );
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}

function readBody(body: Buffer, keep: (text: string) => void): unknown {
  if (body.length === 0) return undefined;
  const text = parseUtf8(body);
  if (!text.ok) throw malformed(text.reason, text.detail);
  keep(text.value);
  const parsed = parseJson(text.value);
  if (!parsed.ok) throw malformed(parsed.reason, parsed.detail);
  return parsed.value.value;
}

function malformed(code: string, detail: string): HttpProblem {
  return new HttpProblem({
    status: code === 'body_too_large' ? 413 : 400,
    code,
    detail,
    errors: [{ path: 'body', message: detail }],
  });
}
