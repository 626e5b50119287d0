// Answers in the form that the feed's contract asks for, and the count of what came through the feed.
import type { Reply } from '../../platform/http/app.ts';
import type { FeedEntry, SourceEntry } from '../../registry/index.ts';
import type { StoredDelivery } from './commit.store.ts';
import { sent } from './edge.routes.ts';
import type { IntakeDeps, Sent } from './edge.routes.ts';
import { contractedReply } from './feed-reply.ts';
import type { ContractedReply } from './feed-reply.ts';
import type { Proven } from './prove.routes.ts';
import { deliveryReplyOf } from './reply.ts';

/** A feed whose request has proven itself. */
export interface ProvenFeed {
  readonly feed: FeedEntry;
  readonly proven: Proven;
  /** The pairs of the request's query, for contracts that answer one of them. */
  readonly query?: readonly (readonly [string, string])[];
}

/** Counts what was stored and says how it is answered; undefined where the status says what was taken. */
export function contractedAnswer(
  deps: IntakeDeps,
  source: SourceEntry,
  { feed, proven, query }: ProvenFeed,
  { results, delivery, repeated }: StoredDelivery,
): ContractedReply | undefined {
  const { activity, crypto } = deps.feeds;
  const now = deps.clock.now();
  const dispositions = results.map(({ disposition }) => disposition);
  if (repeated === true) activity.repeated(feed.id, now);
  else activity.stored(feed.id, now, dispositions);
  const body = deliveryReplyOf(results, [{ ref: delivery, source: source.slug }]);
  const said = query === undefined ? {} : { query };
  return contractedReply(feed.reply, { results, body, now, secret: proven.secret, crypto, ...said });
}

export function sendContracted(reply: Reply, { status, contentType, headers, body }: ContractedReply): Sent {
  return sent(
    reply
      .code(status)
      .headers(headers)
      .type(contentType)
      .serializer((text: unknown) => String(text))
      .send(body),
  );
}
