import { accept, refuse } from './outcome.ts';
import type { Outcome } from './outcome.ts';

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

/** A range of addresses: what they begin with, and how many bits of that count. IPv4 stands as IPv6-mapped. */
export interface Network {
  readonly prefix: bigint;
  /** 0 to 128. */
  readonly bits: number;
}

const MAPPED = 0xffffn << 32n;

/** Reads `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`. Refuses (`bad_value`) what is none, also with bits set behind the prefix. */
export function parseNetwork(text: string): Outcome<Network> {
  const [address = '', length] = text.split('/');
  const value = addressValue(address);
  const most = address.includes(':') ? 128 : 32;
  const given = length === undefined ? most : Number(length);
  if (value === undefined || (length !== undefined && !/^\d{1,3}$/.test(length)) || given > most)
    return refuse('bad_value', `"${text.slice(0, 60)}" is no address or network, such as 203.0.113.0/24`);
  const bits = most === 32 ? given + 96 : given;
  const prefix = (value >> BigInt(128 - bits)) << BigInt(128 - bits);
  if (prefix !== value)
    return refuse(
      'bad_value',
      `"${text.slice(0, 60)}" names an address inside of its network: cut it to the network, or leave the length out`,
    );
  return accept({ prefix, bits });
}

/** True when the address lies in the network; false also for what is no address. */
export function isInNetwork(address: string, network: Network): boolean {
  const value = addressValue(address.split('%')[0] ?? '');
  if (value === undefined) return false;
  const rest = BigInt(128 - network.bits);
  return value >> rest === network.prefix >> rest;
}

function addressValue(address: string): bigint | undefined {
  const v4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i.exec(address);
  if (v4 !== null) {
    const bytes = v4.slice(1).map(Number);
    if (bytes.some((byte) => byte > 255)) return undefined;
    return MAPPED | bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }
  if (!address.includes(':')) return undefined;
  return expandIpv6(address)?.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
