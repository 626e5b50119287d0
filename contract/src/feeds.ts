import { z } from 'zod';
import { instantSchema, slugSchema, sourceIdSchema, idSchema, textSchema } from './common.ts';
import { countsSchema } from './intake.ts';

// Feeds: the ways in which one source delivers, and by what each delivery proves itself (connectors.md 10).

/** Kinds of configured feeds. `postback` is the settings row of the built-in postback door. */
export const FEED_KINDS = ['postback', 'webhook', 'pixel', 'file', 'folder', 'sftp', 'poll'] as const;

/** Names that a configured feed cannot have: their deliveries need no row. */
export const RESERVED_FEED_NAMES = ['api', 'batch', 'raw', 'redrive'] as const;

export const feedIdSchema = idSchema('fed', 'feed');

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,80}$/, 'the name of a header: letters, digits and hyphens')
  .describe('Name of a header; upper and lower case do not differ.');
const tolerance = z
  .number()
  .int()
  .min(1)
  .max(86_400)
  .describe('Seconds that the signed time may differ from now, either way.');
const template = z
  .string()
  .min(1)
  .max(500)
  .describe(
    'What is signed, as text with places: {body}, {method}, {url}, {path}, {query}, {timestamp}, {nonce}, {header:Name}, {field:a.b} (JSON or form), ' +
      '{sortedBody} (JSON with sorted keys, compact), {crc32} (of the body, decimal), {secret}. Everything else stands for itself.',
  );
const signedTime = z
  .strictObject({
    header: headerName,
    unit: z.enum(['s', 'ms', 'iso']).default('s'),
    toleranceSeconds: tolerance.default(300),
  })
  .describe('The signed time; the template must hold {timestamp}.');
const signedNonce = z
  .strictObject({ header: headerName })
  .describe('A value that never comes twice; the template must hold {nonce}.');
const signature = {
  header: headerName.describe('Where the signature stands.'),
  prefix: z.string().max(40).optional().describe('Text before the signature, such as sha256=.'),
  encoding: z.enum(['hex', 'base64']).default('hex'),
  signed: template.default('{body}'),
  timestamp: signedTime.optional(),
  nonce: signedNonce.optional(),
};
const macAlgorithm = z.enum(['sha256', 'sha384', 'sha512', 'sha1']);

const named = <Name extends string>(scheme: Name) => z.strictObject({ scheme: z.literal(scheme) });
const timed = <Name extends string>(scheme: Name) =>
  named(scheme).extend({ toleranceSeconds: tolerance.default(300) });

/** By what a delivery of a feed proves itself. Secrets are no part of it: they are given apart and kept encrypted. */
export const feedVerification = z
  .discriminatedUnion('scheme', [
    timed('stripe'),
    named('woocommerce'),
    named('shopify'),
    named('hubspot-v1'),
    named('hubspot-v2'),
    timed('hubspot-v3'),
    named('paypal').extend({
      webhookId: textSchema(100, 'webhookId').describe('The id that PayPal gave the webhook; it is signed.'),
    }),
    named('wise'),
    named('coinspaid').extend({
      processingKey: textSchema(200, 'processingKey')
        .optional()
        .describe('When given, X-Processing-Key must carry it.'),
    }),
    named('nowpayments'),
    named('praxis').extend({
      fields: z
        .array(z.string().min(1).max(100))
        .min(1)
        .max(40)
        .optional()
        .describe(
          'The fields that are concatenated before the secret, in order. Default: those of a notification.',
        ),
    }),
    named('skrill').extend({
      signature: z
        .enum(['md5sig', 'sha2sig'])
        .default('md5sig')
        .describe('sha2sig must be switched on at Skrill; then it is asked for.'),
    }),
    named('sumsub').extend({
      allowSha1: z.boolean().default(false).describe('Take HMAC_SHA1_HEX too, which is weak.'),
    }),
    named('onfido'),
    named('veriff').extend({
      client: textSchema(200, 'client').optional().describe('When given, X-AUTH-CLIENT must carry it.'),
    }),
    named('veriff-legacy').extend({
      client: textSchema(200, 'client').optional().describe('When given, X-AUTH-CLIENT must carry it.'),
    }),
    named('broctagon'),
    named('tradrapi'),
    named('affiliate-control').extend({ username: textSchema(200, 'username') }),
    named('wynta'),
    named('unibo'),
    named('bitpay').describe('Unsigned: read the payout again before believing it.'),
    named('match-trader').describe('Unsigned CRM events.'),
    named('syntellicore').describe('Unsigned.'),
    named('yourpropfirm').describe('Unsigned.'),
    timed('standard-webhooks'),
    z.strictObject({
      scheme: z.literal('hmac'),
      algorithm: macAlgorithm.default('sha256'),
      secretEncoding: z.enum(['utf8', 'hex', 'base64']).default('utf8'),
      ...signature,
    }),
    z
      .strictObject({ scheme: z.literal('digest'), algorithm: macAlgorithm.default('sha256'), ...signature })
      .describe('A plain digest over a text that holds {secret}.'),
    z
      .strictObject({
        scheme: z.literal('rsa'),
        algorithm: z.enum(['sha256', 'sha384', 'sha512']).default('sha256'),
        ...signature,
        encoding: z.enum(['hex', 'base64']).default('base64'),
      })
      .describe('RSA signature (PKCS #1 v1.5); the secret is the public key or the certificate, as PEM.'),
    named('bearer'),
    named('basic').extend({ username: textSchema(200, 'username') }),
    z
      .strictObject({ scheme: z.literal('header'), header: headerName })
      .describe('A header carries the secret itself.'),
    named('none').describe(
      'The deliveries prove nothing: only together with a secret path or a list of networks, and told with the warning unsigned.',
    ),
  ])
  .describe('By what a delivery proves itself: the scheme of a vendor, or a general one.');
export type FeedVerification = z.infer<typeof feedVerification>;
export type FeedScheme = FeedVerification['scheme'];

const mediaType = z
  .string()
  .regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)*$/, 'a media type, such as text/plain');
const replyText = z.string().max(2_000);

/** What the outside system wants to be answered. */
export const feedReplyContract = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('strict') })
      .describe('JSON with a disposition per item; 4xx for what is not taken.'),
    z.strictObject({ kind: z.literal('legacy') }).describe('Always 200, with a word per item.'),
    z
      .strictObject({ kind: z.literal('stored') })
      .describe(
        'JSON with a disposition per item, with 200 for whatever was stored, readable or not: for vendors that switch a webhook off after errors.',
      ),
    z
      .strictObject({
        kind: z.literal('fixed'),
        status: z.number().int().min(200).max(299).default(200),
        body: z.string().max(2_000).default(''),
        contentType: mediaType.default('text/plain; charset=utf-8'),
      })
      .describe('The same answer for whatever was stored.'),
    z
      .strictObject({
        kind: z.literal('words'),
        taken: replyText.describe('Also for what is ignored or parked.'),
        duplicate: replyText.optional().describe('Default: as taken.'),
        refused: replyText.describe('For what was refused or is in quarantine.'),
        refusedStatus: z.number().int().min(200).max(499).default(200),
        contentType: mediaType.default('text/plain; charset=utf-8'),
        echo: z
          .string()
          .max(40)
          .optional()
          .describe('A parameter of the request whose value is answered instead when something was taken.'),
      })
      .describe('A text for each outcome, with {reason}, {disposition} and {eventId}: postback conventions.'),
    z
      .strictObject({
        kind: z.literal('praxis'),
        version: z.string().min(1).max(10).default('1.3'),
        signed: z
          .array(z.enum(['status', 'description', 'version', 'timestamp']))
          .min(1)
          .default(['status', 'timestamp'])
          .describe('What the header Gt-Authentication of the answer signs, before the secret.'),
      })
      .describe('JSON {status, description, version, timestamp} with the header Gt-Authentication.'),
  ])
  .describe('What the outside system wants to be answered.');
export type FeedReplyContract = z.infer<typeof feedReplyContract>;

const network = z
  .string()
  .max(60)
  .regex(/^[0-9A-Fa-f.:]+(\/\d{1,3})?$/, 'an address or a network, such as 203.0.113.0/24 or 2001:db8::/32');

/** Of feeds of the kinds file, folder and sftp: how files come and what becomes of them. */
export const fileFeedSettings = z
  .strictObject({
    fourEyes: z
      .boolean()
      .optional()
      .describe(
        'A second person must approve each import before it stores anything. For files that move money.',
      ),
    keep: z
      .boolean()
      .optional()
      .describe('Keep the bytes of a file after its import. Default: they are erased.'),
    path: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .describe(
        'folder: a path under an allowed base folder of the server. sftp: the folder on the other machine.',
      ),
    pattern: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Names of files to take, with * and ?; default *. Hidden files are never taken.'),
    settleSeconds: z
      .number()
      .int()
      .min(0)
      .max(86_400)
      .optional()
      .describe('A file is taken when it has not changed for so long: it may still be written. Default 10.'),
    everySeconds: z.number().int().min(1).max(86_400).optional().describe('How often to look. Default 60.'),
    dailyAt: z
      .array(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day in UTC, such as 02:30'))
      .max(24)
      .optional()
      .describe('Look only at these times of day, in UTC, instead of all the time.'),
    after: z
      .enum(['move', 'leave', 'delete'])
      .optional()
      .describe(
        'What becomes of a file where it lay: moved to done/ or failed/ beside it (default), left, or deleted.',
      ),
    host: z.string().min(1).max(255).optional().describe('sftp: name or address of the server.'),
    port: z.number().int().min(1).max(65_535).optional().describe('sftp: default 22.'),
    user: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('sftp: the user. The secret of the feed is the password or the private key.'),
    hostKey: z
      .string()
      .regex(
        /^SHA256:[A-Za-z0-9+/]{43}=?$/,
        'the fingerprint of the host key, such as SHA256:... of ssh-keyscan HOST | ssh-keygen -lf -',
      )
      .optional()
      .describe('sftp: fingerprint of the host key; a server that shows another one is refused.'),
  })
  .describe('Of feeds of the kinds file, folder and sftp.');
export type FileFeedSettings = z.infer<typeof fileFeedSettings>;

const pixelSettings = z
  .strictObject({
    origins: z
      .array(
        z
          .string()
          .max(200)
          .regex(
            /^(https?:\/\/)?(\*\.)?[a-z0-9.-]+(:\d{1,5})?$/,
            'a host or an origin in lower case, such as www.broker.example or https://shop.example',
          ),
      )
      .min(1)
      .max(100)
      .describe('Hosts or origins of the pages that may tell; *.shop.example for all below it.'),
    kinds: z
      .array(z.string().min(1).max(40))
      .min(1)
      .max(40)
      .default(['registration'])
      .describe('Kinds of events that a page may tell. A page can be forged: think twice before money.'),
    clickParams: z
      .array(z.string().regex(/^[\w.-]{1,60}$/, 'the name of a parameter'))
      .min(1)
      .max(20)
      .default(['click_id', 'clickid', 'cid', 'btag'])
      .describe("Parameters of the landing page's address that carry the click id."),
    keepDays: z
      .number()
      .int()
      .min(1)
      .max(400)
      .default(90)
      .describe('How long the page remembers a click id.'),
    perMinute: z.number().int().min(1).max(10_000).default(60).describe('Events of one address in a minute.'),
  })
  .describe('For feeds of the kind pixel: whose pages may tell what.');

export const feedSettings = z
  .strictObject({
    files: fileFeedSettings.optional(),
    pixel: pixelSettings.optional(),
    publicUrl: z
      .url({ protocol: /^https?$/, error: 'an http or https address' })
      .max(2_000)
      .optional()
      .describe(
        'The address as the outside system calls it, for schemes that sign it. Default: as the request says.',
      ),
    reread: z
      .boolean()
      .optional()
      .describe(
        'What comes is only a hint and must be read again from the vendor before it is believed. Default: true for unsigned feeds.',
      ),
    deliveryId: z
      .union([
        z.strictObject({ header: headerName }),
        z.strictObject({ fields: z.array(z.string().min(1).max(100)).min(1).max(6) }),
      ])
      .optional()
      .describe("What names a delivery, so that a repetition gets the first answer. Default: the scheme's."),
  })
  .describe('Further settings.');
export type FeedSettings = z.infer<typeof feedSettings>;

const secretText = z
  .string()
  .min(1)
  .max(10_000)
  .describe('The secret as the vendor made it (for rsa and paypal: a public key or certificate as PEM).');

const feedName = slugSchema.describe(
  'The name of the feed, unique in its source; webhook is the one of the short address.',
);

export const createFeedRequest = z.strictObject({
  name: feedName.default('webhook'),
  kind: z.enum(FEED_KINDS).default('webhook'),
  verification: feedVerification,
  secret: secretText.optional().describe('Default: one is made, and shown in the answer once.'),
  secretPath: z
    .boolean()
    .optional()
    .describe('The address ends in a secret. Default: true for unsigned feeds without a list of networks.'),
  allowIps: z.array(network).max(200).default([]).describe('Networks that may deliver; empty = all.'),
  reply: feedReplyContract.optional().describe("Default: the scheme's, else strict."),
  settings: feedSettings.default({}),
});

export const updateFeedRequest = z.strictObject({
  verification: feedVerification.optional(),
  allowIps: z.array(network).max(200).optional(),
  reply: feedReplyContract.optional(),
  settings: feedSettings.optional(),
  paused: z.boolean().optional().describe('A paused feed answers 503, and senders that retry come again.'),
});

const feedSecret = z.object({
  id: z.string().describe('Names the secret, for retiring it.'),
  use: z.enum(['key', 'path']).describe('key: proves deliveries. path: the last part of the address.'),
  createdAt: instantSchema,
  retiresAt: instantSchema.nullable().describe('From then on it is refused; null = it stays.'),
  active: z.boolean(),
});

export const feedReply = z.object({
  id: feedIdSchema,
  sourceId: sourceIdSchema,
  name: z.string(),
  kind: z.enum(FEED_KINDS),
  url: z.string().describe('Where the outside system sends to; <secret> stands for the secret part.'),
  verification: feedVerification,
  secretPath: z.boolean(),
  secrets: z.array(feedSecret),
  allowIps: z.array(z.string()),
  reply: feedReplyContract,
  settings: feedSettings,
  paused: z.boolean(),
  used: z.boolean().describe('Something came through it; then it can be paused, not deleted.'),
  createdAt: instantSchema,
  activity: z
    .object({
      since: instantSchema.describe('When this process started to count.'),
      lastDeliveryAt: instantSchema.nullable(),
      items: countsSchema,
      repeated: z.number().int().describe('Deliveries that were known by their id and stored once.'),
      refused: z.record(z.string(), z.number().int()).describe('Requests turned away, by reason code.'),
    })
    .describe('What came since the process that answers was started; other processes count for themselves.'),
});
export const createdFeedReply = feedReply.extend({
  url: z.string().describe('Where the outside system sends to, with its secret part; shown this once.'),
  secret: z.string().nullable().describe('The secret, when it was made here. It is shown this once.'),
});
export const deletedFeedReply = z.object({ id: feedIdSchema, deleted: z.literal(true) });
export const pixelSnippetReply = z.object({
  script: z.string().describe('For every landing page: remembers the click id.'),
  event: z.string().describe('For the page that knows of the event: tells it.'),
  image: z.string().describe('For pages without scripts.'),
  policy: z.string().describe('What a content security policy of the page must allow.'),
});
export const feedList = z.object({ items: z.array(feedReply) });
export const feedParams = z.strictObject({
  source: z.string().min(1).max(64).describe('Slug or id of the source.'),
  feed: z.string().min(1).max(64).describe('Name of the feed.'),
});

export const addFeedSecretRequest = z.strictObject({
  use: z.enum(['key', 'path']).default('key'),
  secret: secretText.optional().describe('Default: one is made, and shown in the answer once.'),
  retireOthersAt: instantSchema
    .optional()
    .describe(
      'When the secret that is in force now stops. Default: never; retire it yourself. At most two are active.',
    ),
});
export const retireFeedSecretRequest = z.strictObject({
  at: instantSchema.optional().describe('From when on it is refused. Default: now.'),
});
export const feedSecretParams = feedParams.extend({ secret: z.string().min(1).max(80) });
