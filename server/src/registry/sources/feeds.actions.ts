import { randomBytes } from 'node:crypto';
import type {
  addFeedSecretRequest,
  createFeedRequest,
  FeedVerification,
  retireFeedSecretRequest,
  updateFeedRequest,
} from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import {
  defaultReply,
  isSecretOfVendor,
  isUnsigned,
  secretFormOf,
} from '../../pipeline/intake/verification/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Tx } from '../../platform/db.ts';
import { baseUrlOf } from '../../platform/http/app.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { instantOf } from '../../platform/http/wire.ts';
import { sealSecret } from '../../platform/seal.ts';
import { faultOfPublicKey } from '../../platform/signature-crypto.ts';
import { performWrite, refusingDuplicate } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { isActiveSecret } from './facts.ts';
import type { FeedRow, StoredFeedSecret } from './facts.ts';
import { faultOfFeed, MOST_ACTIVE_SECRETS } from './feed-rules.ts';
import type { FeedPlan } from './feed-rules.ts';
import { deleteUnusedFeed, insertFeed, updateFeed, updateFeedSecrets } from './feeds.store.ts';
import { findFeed } from './feeds.views.ts';
import { getSource } from './sources.actions.ts';
import type { SourceRow } from './sources.views.ts';
import { feedUrl, wireFeed } from './wire-feed.ts';
import type { FeedFigures, FeedSurroundings } from './wire-feed.ts';

/** What feeds need beside every write. */
export interface FeedDeps extends WriteDeps {
  readonly context: Pick<Context, 'secrets'>;
  readonly feedFigures: (feedId: string) => Promise<FeedFigures>;
}

/** The longest list that still has the history of rotations. */
const KEPT_SECRETS = 20;

/** Makes a way in. Its secrets are shown in the answer, where they were made here, and kept encrypted (requirements S3). */
export async function createFeed(
  deps: FeedDeps,
  request: Request,
  source: string,
  body: z.infer<typeof createFeedRequest>,
) {
  const unsigned = body.kind === 'webhook' && isUnsigned(body.verification.scheme);
  const secretPath = body.secretPath ?? (unsigned && body.allowIps.length === 0);
  const plan: FeedPlan = { ...body, secretPath };
  refuseFaults(plan);
  return performWrite(deps, request, { action: 'feed.create', secret: true }, async (tx) => {
    const found = await getSource(tx, source);
    await getLockedProgram(tx, found.program_id, 'registry');
    const now = deps.clock.now();
    const made = madeSecret(body.verification, body.secret);
    const path = secretPath ? newPathSecret() : undefined;
    const row = await refusingDuplicate(
      'feed_name_key',
      { code: 'name_taken', detail: `The source "${found.slug}" has a feed "${body.name}" already.` },
      () =>
        insertFeed(tx, {
          ...plan,
          id: uuidv7(),
          sourceId: found.id,
          kind: body.kind,
          secrets: [
            ...(made.text === undefined ? [] : [sealed(deps, 'key', made.text, now)]),
            ...(path === undefined ? [] : [sealed(deps, 'path', path, now)]),
          ],
          reply: body.reply ?? defaultReply(body.verification.scheme),
          now,
        }),
    );
    const { secret: _secret, ...audit } = body;
    const answer = await shownOnce(deps, request, { row, source: found, path, made });
    return { status: 201, body: answer, subject: answer.id, audit };
  });
}

/** Changes how a feed is judged and answered, or pauses it. */
export async function changeFeed(
  deps: FeedDeps,
  request: Request,
  at: { source: string; feed: string },
  body: z.infer<typeof updateFeedRequest>,
) {
  return performWrite(deps, request, { action: 'feed.update' }, async (tx) => {
    const { source, feed } = await getLockedFeed(tx, at);
    const after = {
      verification: body.verification ?? feed.verification,
      allowIps: body.allowIps ?? feed.allow_ips,
      reply: body.reply ?? feed.reply,
      settings: body.settings ?? feed.settings,
      paused: body.paused ?? feed.paused,
    };
    refuseFaults({ ...after, name: feed.name, kind: feed.kind, secretPath: feed.secret_path });
    const row = await updateFeed(tx, feed.id, after);
    const answer = wireFeed(row, await surroundings(deps, request, source, row));
    return { status: 200, body: answer, subject: answer.id, audit: body };
  });
}

/** Takes away a feed through which nothing ever came. A used one is paused, because its name stands in the evidence. */
export async function deleteFeed(deps: FeedDeps, request: Request, at: { source: string; feed: string }) {
  return performWrite(deps, request, { action: 'feed.delete' }, async (tx) => {
    const { feed } = await getLockedFeed(tx, at);
    if (!(await deleteUnusedFeed(tx, feed.id)))
      throw conflict(
        'feed_used',
        `Something came through the feed "${feed.name}", so its name is part of the evidence. Pause it instead.`,
      );
    const id = wireId('fed', feed.id);
    return { status: 200, body: { id, deleted: true as const }, subject: id, audit: { name: feed.name } };
  });
}

/** Adds a second secret, so that the sender can change over without a gap. Refuses a third. */
export async function addFeedSecret(
  deps: FeedDeps,
  request: Request,
  at: { source: string; feed: string },
  body: z.infer<typeof addFeedSecretRequest>,
) {
  const retireAt =
    body.retireOthersAt === undefined ? undefined : instantOf(body.retireOthersAt, 'body.retireOthersAt');
  return performWrite(deps, request, { action: 'feed.add_secret', secret: true }, async (tx) => {
    const { source, feed } = await getLockedFeed(tx, at);
    const now = deps.clock.now();
    const active = feed.secrets.filter((one) => one.use === body.use && isActiveSecret(one, now));
    if (active.length >= MOST_ACTIVE_SECRETS)
      throw conflict(
        'too_many_secrets',
        `The feed has ${active.length} secrets of this use in force. Retire one first: POST .../secrets/${active[0]?.id ?? ''}/retire.`,
      );
    const made =
      body.use === 'path'
        ? { text: body.secret ?? newPathSecret(), shown: body.secret === undefined }
        : madeSecret(feed.verification, body.secret);
    if (made.text === undefined)
      throw unprocessable('secret_required', SECRET_OF_VENDOR, [
        { path: 'body.secret', message: SECRET_OF_VENDOR },
      ]);
    if (body.use === 'path' && !/^[A-Za-z0-9_-]{16,200}$/.test(made.text))
      throw unprocessable(
        'bad_value',
        'A secret in an address has 16 to 200 letters, digits, hyphens or underscores.',
        [{ path: 'body.secret', message: '16 to 200 letters, digits, hyphens or underscores' }],
      );
    const before = feed.secrets.map((one) =>
      retireAt !== undefined && active.includes(one) && (one.retiresAt === null || one.retiresAt > retireAt)
        ? { ...one, retiresAt: retireAt }
        : one,
    );
    const row = await updateFeedSecrets(tx, feed.id, {
      secrets: [...before, sealed(deps, body.use, made.text, now)].slice(-KEPT_SECRETS),
      secretPath: feed.secret_path || body.use === 'path',
    });
    const path = body.use === 'path' ? made.text : undefined;
    const answer = await shownOnce(deps, request, {
      row,
      source,
      path,
      made: body.use === 'path' ? { text: undefined, shown: false } : made,
    });
    return {
      status: 201,
      body: answer,
      subject: answer.id,
      audit: { use: body.use, retireOthersAt: body.retireOthersAt ?? null },
    };
  });
}

/** Says from when on a secret is refused. */
export async function retireFeedSecret(
  deps: FeedDeps,
  request: Request,
  at: { source: string; feed: string; secret: string },
  body: z.infer<typeof retireFeedSecretRequest>,
) {
  return performWrite(deps, request, { action: 'feed.retire_secret' }, async (tx) => {
    const { source, feed } = await getLockedFeed(tx, at);
    const now = deps.clock.now();
    const retiresAt = body.at === undefined ? now : instantOf(body.at, 'body.at');
    const found = feed.secrets.find((one) => one.id === at.secret);
    if (found === undefined) throw notFound('secret', at.secret);
    if (!isActiveSecret(found, now))
      throw conflict(
        'secret_retired',
        'The secret is retired already; add a new one instead of reviving it.',
      );
    const row = await updateFeedSecrets(tx, feed.id, {
      secrets: feed.secrets.map((one) => (one === found ? { ...one, retiresAt } : one)),
      secretPath: feed.secret_path,
    });
    const answer = wireFeed(row, await surroundings(deps, request, source, row));
    return {
      status: 200,
      body: answer,
      subject: answer.id,
      audit: { secret: at.secret, at: body.at ?? null },
    };
  });
}

/** A feed of a source, both by name. Throws 404. */
export async function getFeed(
  tx: Tx,
  at: { source: string; feed: string },
): Promise<{ source: SourceRow; feed: FeedRow }> {
  const source = await getSource(tx, at.source);
  const feed = await findFeed(tx, source.id, at.feed);
  if (feed === undefined) throw notFound('feed', at.feed);
  return { source, feed };
}

/** What a feed looks like from outside now. */
export async function surroundings(
  deps: FeedDeps,
  request: Request,
  source: SourceRow,
  feed: FeedRow,
): Promise<FeedSurroundings> {
  return {
    baseUrl: baseUrlOf(request),
    slug: source.slug,
    now: deps.clock.now(),
    figures: await deps.feedFigures(feed.id),
  };
}

async function getLockedFeed(tx: Tx, at: { source: string; feed: string }) {
  const { program_id: programId } = await getSource(tx, at.source);
  await getLockedProgram(tx, programId, 'registry');
  return getFeed(tx, at);
}

function refuseFaults(plan: FeedPlan): void {
  const fault = faultOfFeed(plan);
  if (fault !== undefined)
    throw unprocessable(fault.reason, fault.detail, [{ path: fault.path, message: fault.detail }]);
}

const SECRET_OF_VENDOR =
  'The outside system makes this secret: copy it from there (for rsa, paypal and wise: its public key or certificate as PEM).';

interface MadeSecret {
  readonly text: string | undefined;
  /** It was made here, so nobody else knows it. */
  readonly shown: boolean;
}

/** The given secret, judged; else a new one, where we are the ones who make it. */
function madeSecret(verification: FeedVerification, given: string | undefined): MadeSecret {
  const form = secretFormOf(verification);
  if (given === undefined) {
    if (isSecretOfVendor(verification.scheme) || isUnsigned(verification.scheme))
      return { text: undefined, shown: false };
    return { text: newSecret(form), shown: true };
  }
  const fault = faultOfSecret(form, given);
  if (fault !== undefined)
    throw unprocessable('bad_value', `The secret cannot be used: ${fault}.`, [
      { path: 'body.secret', message: fault },
    ]);
  return { text: form === 'pem' ? given : given.trim(), shown: false };
}

function faultOfSecret(form: ReturnType<typeof secretFormOf>, text: string): string | undefined {
  if (form === 'pem') return faultOfPublicKey(text);
  if (form === 'hex') return /^(?:[0-9a-fA-F]{2})+$/.test(text.trim()) ? undefined : 'it must be hex digits';
  if (form === 'base64' || form === 'whsec') {
    const base64 = form === 'whsec' ? text.trim().replace(/^whsec_/, '') : text.trim();
    return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? undefined : 'it must be base64';
  }
  return text.trim() === '' ? 'it is empty' : undefined;
}

function newSecret(form: ReturnType<typeof secretFormOf>): string {
  const bytes = randomBytes(32);
  if (form === 'hex') return bytes.toString('hex');
  if (form === 'base64') return bytes.toString('base64');
  return form === 'whsec' ? `whsec_${bytes.toString('base64')}` : bytes.toString('base64url');
}

/** 24 random bytes: long enough that a guess never succeeds, short enough for an address. */
function newPathSecret(): string {
  return randomBytes(24).toString('base64url');
}

function sealed(deps: FeedDeps, use: 'key' | 'path', text: string, now: Instant): StoredFeedSecret {
  return {
    id: uuidv7(),
    use,
    sealed: sealSecret(deps.context.secrets, 'feed_secret', text).toString('base64'),
    createdAt: now,
    retiresAt: null,
  };
}

/** The feed with what is shown this once: the address with its secret end, and a secret that was made here. */
async function shownOnce(
  deps: FeedDeps,
  request: Request,
  made: { row: FeedRow; source: SourceRow; path: string | undefined; made: MadeSecret },
) {
  const around = await surroundings(deps, request, made.source, made.row);
  return {
    ...wireFeed(made.row, around),
    url: feedUrl(made.row, around, made.path ?? '<secret>'),
    secret: made.made.shown ? (made.made.text ?? null) : null,
  };
}
