import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { messages, smallints, uuids } from '../../platform/binary-arrays.ts';
import { json } from '../../platform/db.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { FigureDifference, InputDifference, LineDifference, LinesHop } from './facts.ts';

/** A message of a customer turn as it waits in the sender's lane. */
export interface SentLines {
  readonly hopId: string;
  readonly payload: LinesHop;
}

/**
 * Puts lines into the inboxes of the partners' lanes, one row per receiving lane. Sent again it changes nothing: the
 * key is (lane, hop id), and a hop that was posted already is refused by the journal's own key.
 */
export async function receiveLines(db: Db, hops: readonly SentLines[], receivedAt: Instant): Promise<void> {
  await db.eachLane(hops.flatMap(splitByPartnerLane), (tx, rows) =>
    tx.exec(
      `insert into partner_inbox (lane, hop_id, payload, received_at)
       select lane, hop_id, payload, $4 from unnest($1::smallint[], $2::uuid[], $3::json[]) as m (lane, hop_id, payload)
       on conflict (lane, hop_id) do nothing`,
      [
        smallints(rows.map((row) => row.lane)),
        uuids(rows.map((row) => row.hopId)),
        messages(rows.map((row) => row.payload)),
        formatInstant(receivedAt),
      ],
    ),
  );
}

/** Puts messages into inboxes in the caller's transaction on their lanes; each has lines of one lane only. Sent again it changes nothing. */
export async function insertMessages(
  tx: Tx,
  sent: readonly (SentLines & { readonly lane: number })[],
  receivedAt: Instant,
): Promise<void> {
  if (sent.length === 0) return;
  await tx.exec(
    `insert into partner_inbox (lane, hop_id, payload, received_at)
     select lane, hop_id, payload, $4 from unnest($1::smallint[], $2::uuid[], $3::json[]) as m (lane, hop_id, payload)
     on conflict (lane, hop_id) do nothing`,
    [
      smallints(sent.map((message) => message.lane)),
      uuids(sent.map((message) => message.hopId)),
      messages(sent.map((message) => json(message.payload))),
      formatInstant(receivedAt),
    ],
  );
}

interface Share {
  readonly differences: LineDifference[];
  readonly figures: FigureDifference[];
  readonly inputs: InputDifference[];
}

function splitByPartnerLane(hop: SentLines): { lane: number; hopId: string; payload: string }[] {
  const byLane = new Map<number, Share>();
  const shareOf = (partnerId: string): Share => {
    const lane = laneOf('partner', partnerId);
    const known = byLane.get(lane);
    if (known !== undefined) return known;
    const share: Share = { differences: [], figures: [], inputs: [] };
    byLane.set(lane, share);
    return share;
  };
  for (const difference of hop.payload.differences)
    shareOf(difference.partnerId).differences.push(difference);
  for (const figure of hop.payload.figures ?? []) shareOf(figure.p).figures.push(figure);
  for (const input of hop.payload.inputs ?? []) shareOf(input.partnerId).inputs.push(input);
  return [...byLane].map(([lane, { differences, figures, inputs }]) => ({
    lane,
    hopId: hop.hopId,
    payload: json({
      programId: hop.payload.programId,
      ...(hop.payload.changeSetId === undefined ? {} : { changeSetId: hop.payload.changeSetId }),
      differences,
      ...(figures.length === 0 ? {} : { figures }),
      ...(inputs.length === 0 ? {} : { inputs }),
    }),
  }));
}
