// Does a request of a configured feed come from whom it says? Asked before anything is read from it.
import type { Instant } from '../../kernel/instant.ts';
import { isInNetwork, parseNetwork } from '../../kernel/ip.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { baseUrlOf } from '../../platform/http/app.ts';
import type { Request } from '../../platform/http/app.ts';
import { HttpProblem } from '../../platform/http/problem.ts';
import { isActiveSecret } from '../../registry/index.ts';
import type { FeedEntry, FeedSecret } from '../../registry/index.ts';
import { bodyOf, contentTypeOf, turnAway } from './edge.routes.ts';
import type { IntakeDeps } from './edge.routes.ts';
import { coversQuery, equalText, schemeOf, verifyRequest } from './verification/index.ts';
import type { OpenSecret, Scheme, SignedRequest } from './verification/index.ts';

/** What a request proved. */
export interface Proven {
  /** Names the delivery, where the sender names them. */
  readonly deliveryId?: string;
  /** The parameters of the address are proven too; else they are left out. */
  readonly coversQuery: boolean;
  /** The newest secret in force, for answers that are signed. */
  readonly secret: string | undefined;
}

/** What a feed needs for judging, made once for each version of the feed. */
interface OpenFeed {
  readonly scheme: Scheme;
  readonly keys: readonly (OpenSecret & Pick<FeedSecret, 'createdAt'>)[];
  readonly paths: readonly OpenSecret[];
  readonly isAllowed: (address: string) => boolean;
}

const opened = new WeakMap<FeedEntry, OpenFeed>();

function openFeed(deps: IntakeDeps, feed: FeedEntry): OpenFeed {
  const known = opened.get(feed);
  if (known !== undefined) return known;
  const scheme = schemeOf(feed.verification);
  if (!scheme.ok)
    throw new Error(`the stored feed ${feed.id} has a scheme that cannot be used: ${scheme.detail}`);
  const { settings } = feed;
  const secrets = (use: FeedSecret['use']) =>
    feed.secrets
      .filter((one) => one.use === use)
      .map(({ sealed, retiresAt, createdAt }) => ({
        text: deps.feeds.openSecret(sealed),
        retiresAt,
        createdAt,
      }));
  const networks = feed.allowIps.flatMap((text) => {
    const network = parseNetwork(text);
    return network.ok ? [network.value] : [];
  });
  const open: OpenFeed = {
    scheme:
      settings.deliveryId === undefined
        ? scheme.value
        : { ...scheme.value, deliveryId: deliveryIdOf(settings.deliveryId) },
    keys: secrets('key'),
    paths: secrets('path'),
    isAllowed: (address) =>
      feed.allowIps.length === 0 || networks.some((network) => isInNetwork(address, network)),
  };
  opened.set(feed, open);
  return open;
}

function deliveryIdOf(
  setting: NonNullable<FeedEntry['settings']['deliveryId']>,
): NonNullable<Scheme['deliveryId']> {
  return 'header' in setting ? { headers: [setting.header.toLowerCase()] } : { fields: setting.fields };
}

/**
 * Judges a request on the bytes of the wire: network, secret path, then what the scheme asks for. Throws the problem that
 * its sender is answered with, which is counted and stored nowhere (rules.md 3.9).
 */
export function proveRequest(
  deps: IntakeDeps,
  request: Request,
  at: { door: string; feed: FeedEntry; pathSecret?: string | undefined },
): Proven {
  const { feed } = at;
  const now = deps.clock.now();
  const open = openFeed(deps, feed);
  if (feed.paused) throw refused(deps, at, 'feed_paused', `the feed "${feed.name}" is paused`);
  if (!open.isAllowed(request.ip))
    throw refused(deps, at, 'address_not_allowed', 'this address is not in the networks of the feed');
  if (feed.secretPath) provePath(deps, at, open, now);
  const signed: SignedRequest = {
    method: request.method,
    url: signedUrl(request, feed),
    headers: request.headers,
    contentType: contentTypeOf(request),
    body: bodyOf(request),
  };
  const { crypto } = deps.feeds;
  const verdict = verifyRequest({ scheme: open.scheme, secrets: open.keys, request: signed, now, crypto });
  if (!verdict.ok) throw refused(deps, at, verdict.reason, verdict.detail);
  const secret = open.keys.filter((one) => isActiveSecret(one, now)).at(-1)?.text;
  const proven = { secret, coversQuery: coversQuery(open.scheme, signed.body) };
  return verdict.deliveryId === undefined ? proven : { ...proven, deliveryId: verdict.deliveryId };
}

function provePath(
  deps: IntakeDeps,
  at: { door: string; feed: FeedEntry; pathSecret?: string | undefined },
  open: OpenFeed,
  now: Instant,
): void {
  const told = at.pathSecret;
  if (told === undefined)
    throw refused(deps, at, 'bad_token', 'the address lacks its last part, the secret of the feed');
  const matches = open.paths.filter((one) => equalText(deps.feeds.crypto, told, one.text));
  if (matches.some((one) => isActiveSecret(one, now))) return;
  throw matches.length > 0
    ? refused(deps, at, 'secret_retired', 'the secret at the end of the address is no longer in force')
    : refused(deps, at, 'bad_token', 'the secret at the end of the address is not that of the feed');
}

/** The address as the sender called it: what the operator declares where a proxy stands in between, with the query as it came. */
function signedUrl(request: Request, feed: FeedEntry): string {
  const { publicUrl } = feed.settings;
  if (publicUrl === undefined) return `${baseUrlOf(request)}${request.url}`;
  const query = request.url.indexOf('?');
  return publicUrl.includes('?') || query < 0 ? publicUrl : publicUrl + request.url.slice(query);
}

const STATUS: Readonly<Partial<Record<ReasonCode, number>>> = {
  feed_paused: 503,
  address_not_allowed: 403,
};

function refused(
  deps: IntakeDeps,
  { door, feed }: { door: string; feed: FeedEntry },
  code: ReasonCode,
  detail: string,
): HttpProblem {
  deps.feeds.activity.refused(feed.id, code);
  return turnAway(
    door,
    new HttpProblem({
      status: STATUS[code] ?? 401,
      code,
      detail: `Nothing was stored: ${detail}.`,
      headers: code === 'feed_paused' ? { 'retry-after': '300' } : {},
    }),
  );
}
