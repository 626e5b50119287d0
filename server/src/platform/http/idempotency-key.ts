import type { Request } from './app.ts';
import { HttpProblem } from './problem.ts';

const KEY_FORM = /^[\x21-\x7e]{1,200}$/;

/** The header Idempotency-Key; undefined when there is none. Throws 400 `bad_idempotency_key`. */
export function idempotencyKeyOf(request: Request): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && KEY_FORM.test(header)) return header;
  throw new HttpProblem({
    status: 400,
    code: 'bad_idempotency_key',
    detail: 'Idempotency-Key must be one value of 1 to 200 printable characters without spaces.',
  });
}
