import { lookup as resolveName } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector, request } from 'undici';

/** The address may not be asked from here (requirements S4): loopback, private, link-local, reserved, or a wrong scheme. */
export class DestinationRefused extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'DestinationRefused';
  }
}

export interface HttpClientOptions {
  /** Lets requests go to loopback and private addresses, and without TLS. Tests and closed networks only. */
  readonly allowPrivate: boolean;
  /** The most connections to one origin. Default 16. */
  readonly connections?: number;
}

export interface HttpPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole exchange, the answer's body included. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The beginning of the answer, at most RESPONSE_LIMIT bytes. */
  readonly text: string;
}

/** Requests to addresses that others have chosen. Redirects are never followed: each would be a new, unchecked address. */
export interface HttpClient {
  /** Throws DestinationRefused, or the network's error; any status is an answer. */
  post(input: HttpPost): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** How much of an answer is read. What follows is not waited for: the receiver could go on for ever. */
export const RESPONSE_LIMIT = 4_096;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agent = new Agent({
    connect: guardedConnector(options.allowPrivate),
    connections: options.connections ?? 16,
    pipelining: 1,
    keepAliveTimeout: 10_000,
  });
  return {
    async post(input) {
      parseDestination(input.url, options.allowPrivate);
      const { statusCode, headers, body } = await request(input.url, {
        method: 'POST',
        headers: input.headers,
        body: input.body,
        dispatcher: agent,
        signal: AbortSignal.timeout(input.timeoutMs),
        headersTimeout: input.timeoutMs,
        bodyTimeout: input.timeoutMs,
      });
      return { status: statusCode, headers, text: await readBeginning(body) };
    },
    close: () => agent.destroy(),
  };
}

/**
 * The address of a destination. Refuses other schemes than https (http only where private addresses are allowed),
 * user names in the address, and address literals that are not public. Names are checked again when they are resolved.
 */
export function parseDestination(url: string, allowPrivate: boolean): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new DestinationRefused('the destination is not a URL');
  }
  if (parsed.protocol !== 'https:' && !(allowPrivate && parsed.protocol === 'http:')) {
    throw new DestinationRefused(`the destination must be https, not ${parsed.protocol}`);
  }
  if (parsed.username !== '' || parsed.password !== '')
    throw new DestinationRefused('the destination must not carry a user name');
  const host = bareHost(parsed.hostname);
  if (!allowPrivate && isIP(host) !== 0) refuseUnlessPublic(host);
  return parsed;
}

/** True for addresses that everybody can reach; an IPv4 address inside an IPv6 one is judged as the IPv4 address. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

function refuseUnlessPublic(address: string): void {
  if (!isPublicAddress(address)) throw new DestinationRefused(`the address ${address} is not public`);
}

function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/**
 * The check stands in the connector, at the last moment before a socket is opened: literals never reach a look-up
 * function, and a name may have changed its address since it was looked at (DNS rebinding).
 */
function guardedConnector(allowPrivate: boolean): buildConnector.connector {
  if (allowPrivate) return buildConnector({ timeout: 5_000 });
  const connect = buildConnector({ timeout: 5_000, lookup: guardedLookup });
  return (options, callback) => {
    const host = bareHost(options.hostname);
    if (isIP(host) !== 0 && !isPublicAddress(host)) {
      callback(new DestinationRefused(`the address ${host} is not public`), null);
      return;
    }
    connect(options, callback);
  };
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function guardedLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    const first = addresses?.[0];
    if (error !== null || first === undefined) {
      callback(error ?? new Error(`${hostname} has no address`), []);
      return;
    }
    // One private address among public ones is enough to refuse: which of them is used is not ours to choose.
    const hidden = addresses.find((entry) => !isPublicAddress(entry.address));
    if (hidden !== undefined)
      callback(new DestinationRefused(`${hostname} resolves to ${hidden.address}, which is not public`), []);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
}

async function readBeginning(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size >= RESPONSE_LIMIT) break;
  }
  return Buffer.concat(parts).subarray(0, RESPONSE_LIMIT).toString('utf8');
}
