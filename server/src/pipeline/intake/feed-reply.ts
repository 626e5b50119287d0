// What outside systems want to be answered when a delivery was stored: contracts as data (connectors.md 12).
import type { DeliveryReply, FeedReplyContract } from '@plumbline/contract';
import { MICROS_PER_SECOND } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { wireId } from '../../kernel/ids.ts';
import type { ItemResult } from './facts.ts';
import { isTaken, legacyText } from './reply.ts';
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
  /** The query of the request, for contracts that answer a parameter of it. */
  readonly query?: readonly (readonly [string, string])[];
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
    case 'words':
      return wordsReply(contract, input);
    case 'praxis':
      return praxisReply(contract, input);
  }
}

const MOST_ECHOED = 2_000;

/** One word for a delivery: that of the first item that is no duplicate, else that of the first. */
function wordsReply(
  contract: Extract<FeedReplyContract, { kind: 'words' }>,
  { results, query }: ReplyInput,
): ContractedReply {
  const result = results.find((one) => one.disposition !== 'duplicate') ?? results[0];
  const taken = result === undefined || isTaken(result);
  const repeated = result?.disposition === 'duplicate';
  const word = !taken ? contract.refused : repeated ? (contract.duplicate ?? contract.taken) : contract.taken;
  const echoed = taken
    ? query?.find(([name]) => name === contract.echo)?.[1].slice(0, MOST_ECHOED)
    : undefined;
  return {
    status: taken ? 200 : contract.refusedStatus,
    contentType: contract.contentType,
    body:
      echoed ??
      word
        .replaceAll('{reason}', result?.reason ?? '')
        .replaceAll('{disposition}', result?.disposition ?? 'accepted')
        .replaceAll('{eventId}', result?.eventId === undefined ? '' : wireId('evt', result.eventId)),
    // What is echoed comes from outside: no browser may take it for a page.
    headers: { 'x-content-type-options': 'nosniff' },
  };
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
