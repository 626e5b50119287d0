// What outside systems want to be answered when a delivery was stored: contracts as data (connectors.md 12).
import type { DeliveryReply, FeedReplyContract } from '@plumbline/contract';
import { MICROS_PER_SECOND } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ItemResult } from './facts.ts';
import { legacyText } from './reply.ts';
import type { SignatureCrypto } from './verification/facts.ts';

/** An answer ready to be sent. */
export interface ContractedReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What an answer is made from. */
export interface ReplyInput {
  readonly results: readonly ItemResult[];
  readonly body: DeliveryReply;
  readonly now: Instant;
  /** A secret of the feed that is in force, for answers that are signed. */
  readonly secret: string | undefined;
  readonly crypto: Pick<SignatureCrypto, 'digest'>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const utf8 = new TextEncoder();

/** The answer by the feed's contract; undefined for `strict`, which says with its status what was taken. */
export function contractedReply(contract: FeedReplyContract, input: ReplyInput): ContractedReply | undefined {
  switch (contract.kind) {
    case 'strict':
      return undefined;
    case 'stored':
      return { status: 200, contentType: JSON_TYPE, body: JSON.stringify(input.body), headers: {} };
    case 'legacy':
      return {
        status: 200,
        contentType: 'text/plain; charset=utf-8',
        body: legacyText(input.results),
        headers: {},
      };
    case 'fixed':
      return {
        status: contract.status,
        contentType: contract.contentType,
        body: contract.body,
        headers: {},
      };
    case 'praxis':
      return praxisReply(contract, input);
  }
}

/** Status 0 says that the notification was taken; -1 would have it sent again. */
function praxisReply(
  contract: Extract<FeedReplyContract, { kind: 'praxis' }>,
  { now, secret, crypto }: ReplyInput,
): ContractedReply {
  const reply = {
    status: 0,
    description: 'Ok',
    version: contract.version,
    timestamp: Math.floor(now / MICROS_PER_SECOND),
  };
  const signed = contract.signed.map((field) => String(reply[field])).join('');
  const digest = crypto.digest('sha384', utf8.encode(signed + (secret ?? '')));
  return {
    status: 200,
    contentType: JSON_TYPE,
    body: JSON.stringify(reply),
    headers: {
      'gt-authentication': Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    },
  };
}
