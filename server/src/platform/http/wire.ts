import { formatInstant, parseIsoInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { parseWireId } from '../../kernel/ids.ts';
import type { IdPrefix } from '../../kernel/ids.ts';
import { HttpProblem, problemOfRefusal } from './problem.ts';

/** The uuid behind a wire id. Throws a 400 that names the place. */
export function uuidOf(prefix: IdPrefix, text: string, path = 'params.id'): string {
  const parsed = parseWireId(prefix, text);
  if (parsed.ok) return parsed.value;
  throw new HttpProblem({
    status: 400,
    code: 'bad_id',
    detail: parsed.detail,
    errors: [{ path, message: parsed.detail }],
  });
}

/** The program that a request may name; undefined where it names none. Throws a 400 that names the place. */
export function programOf(programId: string | undefined, path = 'query.programId'): string | undefined {
  return programId === undefined ? undefined : uuidOf('prg', programId, path);
}

/** An instant of a request. Throws a 422 that names the place. */
export function instantOf(text: string, path: string): Instant {
  const parsed = parseIsoInstant(text);
  if (parsed.ok) return parsed.value;
  throw problemOfRefusal(parsed, path);
}

/** A bound of a fact as PostgreSQL reads it: null is the given infinity. */
export function boundText(
  text: string | null | undefined,
  infinity: '-infinity' | 'infinity',
  path: string,
): string {
  return text === null || text === undefined ? infinity : formatInstant(instantOf(text, path));
}

/** An instant of the database on the wire; the infinite ones are null. */
export function wireInstant(instant: Instant): string | null {
  return Number.isFinite(instant) ? formatInstant(instant) : null;
}
