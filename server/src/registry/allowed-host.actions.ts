import { parseAllowedHost } from '../kernel/host.ts';
import { unprocessable } from '../platform/http/problem.ts';

/** A host of a request in its one spelling. Throws a 422 that names the place. */
export function allowedHostOf(text: string, path: string): string {
  const host = parseAllowedHost(text);
  if (host !== undefined) return host;
  throw unprocessable('bad_host', `"${text.slice(0, 100)}" is not the name of a host.`, [
    { path, message: 'give a host such as broker.example, or *.broker.example for every host below it' },
  ]);
}
