import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { FigureDifference } from '../../pipeline/commission/facts.ts';
import type { LinesHop } from '../../pipeline/ledger/facts.ts';

/** The figures of all partners, as they are kept. */
export async function listPartnerFigures(tx: Tx): Promise<FigureDifference[]> {
  return tx.rows<FigureDifference>(
    `select partner_id as p, day::text as d, currency as c,
       jsonb_build_object('leads', leads::text, 'firstDepositors', first_depositors::text, 'active', active::text,
         'activeInMonth', active_in_month::text, 'trades', trades::text, 'lots', lots::text, 'depositCount', deposit_count::text,
         'deposits', deposits::text, 'withdrawals', withdrawals::text, 'reversed', reversed::text, 'purchases', purchases::text,
         'ngr', ngr::text, 'volume', volume::text) as m
     from partner_figures order by partner_id, day, currency`,
  );
}

/** Figures that were sent and are not counted: in the outgoing hops or in an inbox, each message once per receiving lane. */
export async function listSentFigures(tx: Tx): Promise<FigureDifference[]> {
  const inbox = await tx.rows<{ lane: number; hopId: string; payload: LinesHop }>(
    `select lane, hop_id as "hopId", payload from partner_inbox where payload -> 'figures' is not null`,
  );
  const outgoing = await tx.rows<{ hopId: string; payload: LinesHop }>(
    `select id as "hopId", payload from hop_out where kind = 'lines' and payload -> 'figures' is not null`,
  );
  const received = new Set(inbox.map((row) => `${row.lane} ${row.hopId}`));
  const all = [
    ...inbox.flatMap(({ lane, hopId, payload }) =>
      (payload.figures ?? []).map((figure) => ({ lane, hopId, figure })),
    ),
    ...outgoing
      .flatMap(({ hopId, payload }) =>
        (payload.figures ?? []).map((figure) => ({ lane: laneOf('partner', figure.p), hopId, figure })),
      )
      .filter((entry) => !received.has(`${entry.lane} ${entry.hopId}`)),
  ];
  const counted = await tx.rows<{ lane: number; hopId: string }>(
    `select k.lane, k.hop_id as "hopId" from unnest($1::smallint[], $2::uuid[]) as k (lane, hop_id)
     where exists (select from journal j where j.lane = k.lane and j.hop_id = k.hop_id)
        or exists (select from figures_receipt r where r.lane = k.lane and r.hop_id = k.hop_id)`,
    [all.map((entry) => entry.lane), all.map((entry) => entry.hopId)],
  );
  const done = new Set(counted.map((row) => `${row.lane} ${row.hopId}`));
  return all.filter((entry) => !done.has(`${entry.lane} ${entry.hopId}`)).map((entry) => entry.figure);
}
