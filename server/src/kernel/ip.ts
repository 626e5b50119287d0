// Addresses of visitors and users are shortened before anything stores them (requirements S5).

/** The network of an address: /24 of IPv4, /48 of IPv6; '' for what is no address. The full address is never stored (requirements S5). */
export function shortenIp(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1] ?? address;
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(mapped);
  if (v4 !== null) return `${v4[1]}.${v4[2]}.${v4[3]}.0/24`;
  if (!mapped.includes(':')) return '';
  const groups = expandIpv6(mapped.split('%')[0] ?? '');
  return groups === undefined ? '' : `${groups.slice(0, 3).join(':')}::/48`;
}

function expandIpv6(address: string): string[] | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const head = (halves[0] ?? '').split(':').filter((group) => group !== '');
  const tail = halves.length === 2 ? (halves[1] ?? '').split(':').filter((group) => group !== '') : [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 0 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? groups.map((group) => Number.parseInt(group, 16).toString(16))
    : undefined;
}
