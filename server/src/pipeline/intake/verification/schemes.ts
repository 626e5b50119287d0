// What each vendor signs and where it says so (connectors.md 10), as data.
import type { FeedReplyContract, FeedScheme, FeedVerification } from '@plumbline/contract';
import { accept, refuse } from '../../../kernel/outcome.ts';
import type { Outcome } from '../../../kernel/outcome.ts';
import type { Part, Scheme, SignatureProof } from './facts.ts';
import { parseTemplate } from './template.ts';

const BODY: readonly Part[] = [{ place: 'body' }];
const SECRET: Part = { place: 'secret' };

type DeliveryId = NonNullable<Scheme['deliveryId']>;

/** Fields that Praxis concatenates in a notification, in this order; the secret follows. As docs.praxis.tech lists them for payment notifications; not tried against the vendor. */
const PRAXIS_FIELDS = [
  'merchant_id',
  'application_key',
  'timestamp',
  'customer.customer_token',
  'session.order_id',
  'transaction.tid',
  'transaction.currency',
  'transaction.amount',
  'transaction.conversion_rate',
  'transaction.processed_currency',
  'transaction.processed_amount',
];

/** A session that ended without a transaction is signed as if its fields were empty. */
function praxisField(path: string): Part {
  return path.startsWith('transaction.')
    ? { place: 'field', path, optional: true }
    : { place: 'field', path };
}

const SKRILL_PARTS: readonly Part[] = [
  { place: 'field', path: 'merchant_id' },
  { place: 'field', path: 'transaction_id' },
  { place: 'secretMd5' },
  { place: 'field', path: 'mb_amount' },
  { place: 'field', path: 'mb_currency' },
  { place: 'field', path: 'status' },
];

/** Schemes whose deliveries prove nothing by themselves. */
const UNSIGNED: readonly FeedScheme[] = ['none', 'bitpay', 'match-trader', 'syntellicore', 'yourpropfirm'];

/** True for a scheme that needs a secret path or a list of networks beside it. */
export function isUnsigned(scheme: FeedScheme): boolean {
  return UNSIGNED.includes(scheme);
}

/** Who keeps what they are asked to sign with: their secret is a public key or certificate. */
export function isPublicKeyScheme(scheme: FeedScheme): boolean {
  return scheme === 'rsa' || scheme === 'paypal' || scheme === 'wise';
}

/** Schemes whose secret the vendor makes: a feed can exist before it is known, and takes nothing until it is given. */
const SECRET_OF_VENDOR: readonly FeedScheme[] = [
  'stripe',
  'shopify',
  'hubspot-v1',
  'hubspot-v2',
  'hubspot-v3',
  'paypal',
  'wise',
  'coinspaid',
  'nowpayments',
  'praxis',
  'onfido',
  'veriff',
  'veriff-legacy',
  'rsa',
];

/** True when we cannot make the secret of such a feed. */
export function isSecretOfVendor(scheme: FeedScheme): boolean {
  return SECRET_OF_VENDOR.includes(scheme);
}

/** In what form a secret of such a feed is written. */
export function secretFormOf(verification: FeedVerification): 'utf8' | 'hex' | 'base64' | 'whsec' | 'pem' {
  if (isPublicKeyScheme(verification.scheme)) return 'pem';
  if (verification.scheme === 'standard-webhooks') return 'whsec';
  return verification.scheme === 'hmac' ? verification.secretEncoding : 'utf8';
}

/** What a feed answers unless the operator says otherwise. Vendors that switch off a webhook after errors are told 200 for all that is kept. */
export function defaultReply(scheme: FeedScheme): FeedReplyContract {
  const empty = { kind: 'fixed', status: 200, body: '', contentType: 'text/plain; charset=utf-8' } as const;
  switch (scheme) {
    case 'praxis':
      return { kind: 'praxis', version: '1.3', signed: ['status', 'timestamp'] };
    case 'bitpay':
    case 'tradrapi':
      return empty;
    case 'skrill':
      return { ...empty, body: 'OK' };
    case 'hmac':
    case 'digest':
    case 'rsa':
    case 'bearer':
    case 'basic':
    case 'header':
    case 'none':
      return { kind: 'strict' };
    default:
      return { kind: 'stored' };
  }
}

function hmac(
  algorithm: SignatureProof['algorithm'],
  encoding: 'hex' | 'base64',
  headers: readonly string[],
  more: Partial<SignatureProof> = {},
): SignatureProof {
  return {
    kind: 'signature',
    method: 'hmac',
    algorithm,
    encoding,
    where: { in: 'headers', names: headers },
    parts: BODY,
    secretForm: 'utf8',
    ...more,
  };
}

function scheme(
  proof: Scheme['proof'],
  deliveryId?: DeliveryId,
  expected: Scheme['expected'] = [],
): Outcome<Scheme> {
  return accept({ proof, expected, ...(deliveryId === undefined ? {} : { deliveryId }) });
}

/** The scheme of a verification document. Refuses (`bad_value`) a general one that cannot work. */
export function schemeOf(verification: FeedVerification): Outcome<Scheme> {
  switch (verification.scheme) {
    case 'hmac':
    case 'digest':
    case 'rsa':
      return generalScheme(verification);
    case 'bearer':
      return scheme({ kind: 'token', form: 'bearer', header: 'authorization' });
    case 'wynta':
      return scheme(
        { kind: 'token', form: 'bearer', header: 'authorization' },
        { headers: ['x-idempotency-key'] },
      );
    case 'basic':
    case 'affiliate-control':
      return scheme({
        kind: 'token',
        form: 'basic',
        header: 'authorization',
        username: verification.username,
      });
    case 'header':
      return scheme({ kind: 'token', form: 'header', header: verification.header.toLowerCase() });
    case 'unibo':
      return scheme({ kind: 'token', form: 'header', header: 'x-api-key' });
    case 'none':
    case 'match-trader':
    case 'syntellicore':
    case 'yourpropfirm':
      return scheme({ kind: 'none' });
    case 'bitpay':
      return scheme({ kind: 'none' }, { fields: ['id', 'status'] });
    default:
      return vendorScheme(verification);
  }
}

/** A template must hold one of them, or it signs nothing. */
const SIGNING_PLACES = ['body', 'sortedBody', 'field', 'crc32', 'url', 'query'] as const;

type General = Extract<FeedVerification, { scheme: 'hmac' | 'digest' | 'rsa' }>;
type Vendor = Exclude<
  FeedVerification,
  {
    scheme:
      | General['scheme']
      | 'bearer'
      | 'wynta'
      | 'basic'
      | 'affiliate-control'
      | 'header'
      | 'unibo'
      | 'none'
      | 'match-trader'
      | 'syntellicore'
      | 'yourpropfirm'
      | 'bitpay';
  }
>;

function generalScheme(verification: General): Outcome<Scheme> {
  const parts = parseTemplate(verification.signed);
  if (!parts.ok) return parts;
  const has = (place: Part['place']): boolean => parts.value.some((part) => part.place === place);
  if (!SIGNING_PLACES.some(has))
    return refuse(
      'bad_value',
      'the template signs nothing of what is told, so anybody could change it: add {body}, or {query} for requests without one',
    );
  if ((verification.timestamp !== undefined) !== has('timestamp'))
    return refuse(
      'bad_value',
      'a signed time needs both: the place {timestamp} in the template, and the header that carries it',
    );
  if ((verification.nonce !== undefined) !== has('nonce'))
    return refuse(
      'bad_value',
      'a signed nonce needs both: the place {nonce} in the template, and the header that carries it',
    );
  if ((verification.scheme === 'digest') !== has('secret'))
    return refuse(
      'bad_value',
      'a digest needs {secret} in its template, or anybody could compute it; hmac and rsa must not have it there',
    );
  const { timestamp, nonce } = verification;
  const proof: SignatureProof = {
    kind: 'signature',
    method: verification.scheme,
    algorithm: verification.algorithm,
    encoding: verification.encoding,
    where: {
      in: 'headers',
      names: [verification.header.toLowerCase()],
      ...(verification.prefix === undefined ? {} : { prefix: verification.prefix }),
    },
    parts: parts.value,
    secretForm: verification.scheme === 'hmac' ? verification.secretEncoding : 'utf8',
    ...(timestamp === undefined
      ? {}
      : {
          time: {
            from: { header: timestamp.header.toLowerCase() },
            unit: timestamp.unit,
            toleranceSeconds: timestamp.toleranceSeconds,
          },
        }),
    ...(nonce === undefined ? {} : { nonceHeader: nonce.header.toLowerCase() }),
  };
  return scheme(proof, nonce === undefined ? undefined : { headers: [nonce.header.toLowerCase()] });
}

/** How each vendor signs. */
const VENDORS: {
  readonly [Name in Vendor['scheme']]: (verification: Extract<Vendor, { scheme: Name }>) => Outcome<Scheme>;
} = {
  stripe: (verification) =>
    scheme(
      hmac('sha256', 'hex', [], {
        where: { in: 'pairs', header: 'stripe-signature', key: 'v1' },
        parts: [{ place: 'timestamp' }, { place: 'literal', text: '.' }, { place: 'body' }],
        time: {
          from: { header: 'stripe-signature', pair: 't' },
          unit: 's',
          toleranceSeconds: verification.toleranceSeconds,
        },
      }),
      { fields: ['id'] },
    ),
  woocommerce: () =>
    scheme(hmac('sha256', 'base64', ['x-wc-webhook-signature']), {
      headers: ['x-wc-webhook-delivery-id'],
    }),
  shopify: () =>
    scheme(hmac('sha256', 'base64', ['x-shopify-hmac-sha256', 'shopify-hmac-sha256']), {
      headers: ['x-shopify-webhook-id', 'shopify-webhook-id', 'x-shopify-event-id', 'shopify-event-id'],
    }),
  'hubspot-v1': () =>
    scheme(
      hmac(hubspotVersion('v1'), 'hex', ['x-hubspot-signature'], {
        method: 'digest',
        parts: [SECRET, ...BODY],
      }),
    ),
  'hubspot-v2': () =>
    scheme(
      hmac(hubspotVersion('v2'), 'hex', ['x-hubspot-signature'], {
        method: 'digest',
        parts: [SECRET, { place: 'method' }, { place: 'url' }, { place: 'body' }],
      }),
    ),
  'hubspot-v3': (verification) =>
    scheme(
      hmac('sha256', 'base64', ['x-hubspot-signature-v3'], {
        parts: [{ place: 'method' }, { place: 'url' }, { place: 'body' }, { place: 'timestamp' }],
        time: {
          from: { header: 'x-hubspot-request-timestamp' },
          unit: 'ms',
          toleranceSeconds: verification.toleranceSeconds,
        },
      }),
    ),
  paypal: (verification) =>
    scheme(
      hmac(
        { header: 'paypal-auth-algo', allowed: { SHA256withRSA: 'sha256' } },
        'base64',
        ['paypal-transmission-sig'],
        {
          method: 'rsa',
          parts: [
            { place: 'header', name: 'paypal-transmission-id' },
            { place: 'literal', text: '|' },
            { place: 'header', name: 'paypal-transmission-time' },
            { place: 'literal', text: `|${verification.webhookId}|` },
            { place: 'crc32' },
          ],
        },
      ),
      { fields: ['id'] },
    ),
  wise: () =>
    scheme(hmac('sha256', 'base64', ['x-signature-sha256'], { method: 'rsa' }), {
      headers: ['x-delivery-id'],
    }),
  coinspaid: (verification) =>
    scheme(
      hmac('sha512', 'hex', ['x-processing-signature']),
      { fields: ['id', 'status'] },
      expectedHeader('x-processing-key', verification.processingKey),
    ),
  nowpayments: () =>
    scheme(hmac('sha512', 'hex', ['x-nowpayments-sig'], { parts: [{ place: 'sortedBody' }] }), {
      fields: ['id', 'status'],
    }),
  praxis: (verification) =>
    scheme(
      hmac('sha384', 'hex', ['gt-authentication'], {
        method: 'digest',
        parts: [...(verification.fields ?? PRAXIS_FIELDS).map(praxisField), SECRET],
      }),
      { fields: ['transaction.tid', 'transaction.transaction_status'] },
    ),
  skrill: (verification) =>
    scheme(
      hmac(verification.signature === 'md5sig' ? 'md5' : 'sha256', 'hex', [], {
        method: 'digest',
        where: { in: 'field', path: verification.signature },
        parts: SKRILL_PARTS,
      }),
      { fields: ['mb_transaction_id', 'status'] },
    ),
  sumsub: (verification) =>
    scheme(
      hmac(
        {
          header: 'x-payload-digest-alg',
          allowed: {
            HMAC_SHA256_HEX: 'sha256',
            HMAC_SHA512_HEX: 'sha512',
            ...(verification.allowSha1 ? { HMAC_SHA1_HEX: 'sha1' as const } : {}),
          },
        },
        'hex',
        ['x-payload-digest'],
      ),
      { fields: ['correlationId'] },
    ),
  onfido: () =>
    scheme(hmac('sha256', 'hex', ['x-sha2-signature']), {
      fields: ['payload.object.id', 'payload.action'],
    }),
  veriff: (verification) =>
    scheme(
      hmac('sha256', 'hex', ['x-hmac-signature']),
      { fields: ['verification.attemptId'] },
      expectedHeader('x-auth-client', verification.client),
    ),
  'veriff-legacy': (verification) =>
    scheme(
      hmac('sha256', 'hex', ['x-signature'], { method: 'digest', parts: [...BODY, SECRET] }),
      { fields: ['verification.attemptId'] },
      expectedHeader('x-auth-client', verification.client),
    ),
  broctagon: () =>
    scheme(
      hmac('sha256', 'hex', [], {
        where: { in: 'headers', names: ['x-crm-signature'], prefix: 'sha256=', prefixOptional: true },
      }),
      { fields: ['data.id', 'event'] },
    ),
  tradrapi: () => scheme(hmac('sha1', 'hex', ['x-webhook-secret'], { method: 'digest', parts: [SECRET] })),
  'standard-webhooks': (verification) =>
    scheme(
      hmac('sha256', 'base64', [], {
        where: { in: 'list', header: 'webhook-signature', prefix: 'v1,' },
        secretForm: 'whsec',
        parts: [
          { place: 'header', name: 'webhook-id' },
          { place: 'literal', text: '.' },
          { place: 'timestamp' },
          { place: 'literal', text: '.' },
          { place: 'body' },
        ],
        time: {
          from: { header: 'webhook-timestamp' },
          unit: 's',
          toleranceSeconds: verification.toleranceSeconds,
        },
      }),
      { headers: ['webhook-id'] },
    ),
};

function vendorScheme(verification: Vendor): Outcome<Scheme> {
  // The key and the argument are of one scheme, which the type of a table cannot say.
  return (VENDORS[verification.scheme] as (one: Vendor) => Outcome<Scheme>)(verification);
}

function expectedHeader(header: string, value: string | undefined): Scheme['expected'] {
  return value === undefined ? [] : [{ header, value }];
}

/** The header says which of the two it is; a feed takes the one that it was set to. */
function hubspotVersion(version: string): SignatureProof['algorithm'] {
  return { header: 'x-hubspot-signature-version', allowed: { [version]: 'sha256' }, otherwise: 'sha256' };
}
