// Hosts of addresses, as names that can be compared: lower case, in their ASCII form. The parsing of addresses is URL's, which is
// what browsers do, so that we and the visitor's browser never read one address in two ways.

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * A host that an operator allows, in its one spelling: `broker.example`, or `*.broker.example` for every host below it.
 * Undefined when it is not the name of a host: schemes, ports, paths, user names, addresses of machines and bare top-level stars
 * are refused, because each of them would allow something else than its writer thinks.
 */
export function parseAllowedHost(text: string): string | undefined {
  const below = text.startsWith('*.');
  const name = below ? text.slice(2) : text;
  const host = asciiHost(name);
  if (host === undefined) return undefined;
  const labels = host.split('.');
  if (!labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1) ?? '')) return undefined;
  if (below && labels.length < 2) return undefined;
  return below ? `*.${host}` : host;
}

/** The ASCII form of a host's name; undefined when the text is anything else than a host alone. */
function asciiHost(name: string): string | undefined {
  if (name === '' || /[\s/\\?#@:[\]%]/.test(name)) return undefined;
  if (!URL.canParse(`https://${name}/`)) return undefined;
  const url = new URL(`https://${name}/`);
  return url.host === '' ? undefined : url.hostname;
}

/** True when a host, as URL tells it, is one of the allowed ones. A star stands for one or more labels, never for none. */
export function isAllowedHost(hostname: string, allowed: readonly string[]): boolean {
  return allowed.some((one) =>
    one.startsWith('*.')
      ? hostname.length > one.length - 1 && hostname.endsWith(one.slice(1))
      : hostname === one,
  );
}
