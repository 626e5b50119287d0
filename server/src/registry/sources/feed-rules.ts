// What a feed must say to be safe, and what it may not.
import type { FeedSettings, FeedVerification } from '@plumbline/contract';
import { refuse } from '../../kernel/outcome.ts';
import type { Refusal } from '../../kernel/outcome.ts';
import { isPixelFeed } from '../../pipeline/intake/facts.ts';
import { EVENT_KINDS } from '../../pipeline/mapping/facts.ts';
import { parseNetwork } from '../../kernel/ip.ts';
import { isUnsigned, schemeOf } from '../../pipeline/intake/verification/index.ts';

/** At most so many secrets of one use are in force: the old and the new one, while a sender changes over. */
export const MOST_ACTIVE_SECRETS = 2;

const RESERVED = ['api', 'batch', 'raw', 'redrive'];

export interface FeedPlan {
  readonly name: string;
  readonly kind: string;
  readonly verification: FeedVerification;
  readonly secretPath: boolean;
  readonly allowIps: readonly string[];
  readonly settings: FeedSettings;
}

/** A fault with its place in the request. */
export interface FeedFault extends Refusal {
  readonly path: string;
}

/** The first fault of a feed; undefined when it may be. */
export function faultOfFeed(plan: FeedPlan): FeedFault | undefined {
  if (RESERVED.includes(plan.name))
    return fault('body.name', `"${plan.name}" is a built-in feed of every source; choose another name`);
  if ((plan.name === 'postback') !== (plan.kind === 'postback'))
    return fault(
      'body.name',
      'the feed of the postback door is named postback and is of the kind postback; others have other names and kinds',
    );
  if (plan.kind === 'postback' && plan.secretPath)
    return fault('body.secretPath', 'postbacks have the token of the source in their address already');
  for (const [index, network] of plan.allowIps.entries()) {
    const parsed = parseNetwork(network);
    if (!parsed.ok) return { ...parsed, path: `body.allowIps[${index}]` };
  }
  const files = faultOfFiles(plan);
  if (files !== undefined) return files;
  const pixel = faultOfPixel(plan);
  if (pixel !== undefined) return pixel;
  const scheme = schemeOf(plan.verification);
  if (!scheme.ok) return { ...scheme, path: 'body.verification' };
  return faultOfProof(plan);
}

const FILE_KINDS = ['file', 'folder', 'sftp'];

/** What a feed of files must say, so that files are found, and the right server is asked. */
function faultOfFiles({ kind, settings: { files } }: FeedPlan): FeedFault | undefined {
  if (!FILE_KINDS.includes(kind))
    return files === undefined
      ? undefined
      : fault(
          'body.settings.files',
          `a ${kind} takes no files; leave this key out, or make a feed of the kind file, folder or sftp`,
        );
  const needed = kind === 'file' ? [] : kind === 'folder' ? ['path'] : ['host', 'user', 'hostKey', 'path'];
  const missing = needed.find((name) => files?.[name as keyof typeof files] === undefined);
  return missing === undefined
    ? undefined
    : fault(`body.settings.files.${missing}`, `a feed of the kind ${kind} needs settings.files.${missing}`);
}

/** What is stored tells a pixel by the name of its feed. */
function faultOfPixel({ name, kind, settings }: FeedPlan): FeedFault | undefined {
  if ((kind === 'pixel') !== isPixelFeed(name))
    return fault(
      'body.name',
      'feeds of the kind pixel are named pixel, or begin with pixel-; no other feed has such a name',
    );
  if ((kind === 'pixel') !== (settings.pixel !== undefined))
    return fault(
      'body.settings.pixel',
      kind === 'pixel'
        ? 'say whose pages may tell: { "origins": ["www.broker.example"] }'
        : 'only feeds of the kind pixel have these settings; leave them out',
    );
  const unknown = settings.pixel?.kinds.findIndex((one) => !EVENT_KINDS.some((known) => known === one)) ?? -1;
  return unknown < 0
    ? undefined
    : fault(
        `body.settings.pixel.kinds[${unknown}]`,
        `there is no kind "${settings.pixel?.kinds[unknown] ?? ''}"; choose of ${EVENT_KINDS.join(', ')}`,
      );
}

function faultOfProof(plan: FeedPlan): FeedFault | undefined {
  if (plan.kind !== 'webhook' || !isUnsigned(plan.verification.scheme)) return undefined;
  if (plan.secretPath || plan.allowIps.length > 0) return undefined;
  return fault(
    'body.verification',
    'deliveries of this scheme prove nothing, so anybody could invent events: set secretPath to true, or list the networks of the sender in allowIps',
  );
}

function fault(path: string, detail: string): FeedFault {
  return { ...refuse('bad_value', detail), path };
}
