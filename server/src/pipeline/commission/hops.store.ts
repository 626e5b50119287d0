// What a turn of customer lanes leaves for other lanes: one message for each program, kind and change set.
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { ClaimsHop } from '../identity/facts.ts';
import type { CausedDifferences } from './cause.ts';
import type { DueCustomer } from './due-customers.views.ts';
import type { Settlement } from './customer-turn.ts';
import type { FactsHop, LinesHop } from './facts.ts';
import { claimsHop, linesHop } from './turn-messages.ts';

/** What the turn of one customer says to other lanes. */
export interface TurnSays extends CausedDifferences {
  readonly loaded: { readonly due: Pick<DueCustomer, 'programId' | 'customerId'> };
  readonly settlement: Pick<Settlement, 'figures' | 'inputs' | 'claimsUpsert' | 'claimsRemove'>;
  /** Of one who was merged away: with whom its facts are to stand too. */
  readonly factsTo: string | undefined;
}

/** Stores the messages in the transaction that they tell of; each is gone when its receivers have it. `home` is a lane of the turn. */
export async function sendHops(
  tx: Tx,
  says: readonly TurnSays[],
  { home, newId, now }: { readonly home: number; readonly newId: () => string; readonly now: Instant },
): Promise<void> {
  const send = async (
    kind: 'lines' | 'facts' | 'claims',
    payload: LinesHop | FactsHop | ClaimsHop,
  ): Promise<void> => {
    await insertHop(tx, { lane: home, id: newId(), kind, payload, now });
  };
  for (const [programId, own] of Map.groupBy(says, (one) => one.loaded.due.programId)) {
    // Figures are no money: they go with what no set caused.
    const lines = linesHop(
      programId,
      own.map(({ ordinary, settlement, changeSetId }) => ({
        differences: ordinary,
        figures: settlement.figures,
        inputs: changeSetId === null ? settlement.inputs : [],
      })),
    );
    if (lines.differences.length + (lines.figures?.length ?? 0) + (lines.inputs?.length ?? 0) > 0)
      await send('lines', lines);
    for (const [changeSetId, ofSet] of Map.groupBy(own, (one) => one.changeSetId)) {
      const cause = changeSetId === null ? {} : { changeSetId };
      const differences = ofSet.flatMap((one) => one.caused);
      // What a set brings to closed months waits for its review there.
      const inputs = changeSetId === null ? [] : ofSet.flatMap(({ settlement }) => settlement.inputs);
      if (differences.length + inputs.length > 0)
        await send('lines', {
          programId,
          ...cause,
          differences,
          ...(inputs.length === 0 ? {} : { inputs }),
        });
      const moves = ofSet.flatMap(({ loaded: { due }, factsTo }) =>
        factsTo === undefined ? [] : [{ customerId: due.customerId, to: factsTo }],
      );
      if (moves.length > 0) await send('facts', { programId, ...cause, moves });
      const claims = claimsHop(programId, ofSet);
      if (claims.claims.length > 0) await send('claims', { ...claims, ...cause });
    }
  }
}

/** A message on its way to other lanes, in a lane of the turn that says it. */
export async function insertHop(
  tx: Tx,
  hop: {
    readonly lane: number;
    readonly id: string;
    readonly kind: 'lines' | 'facts' | 'claims';
    readonly payload: LinesHop | FactsHop | ClaimsHop;
    readonly now: Instant;
  },
): Promise<void> {
  await tx.exec(
    'insert into hop_out (lane, id, kind, payload, created_at) values ($1, $2, $3, $4, $5)',
    [hop.lane, hop.id, hop.kind, json(hop.payload), formatInstant(hop.now)],
    1,
  );
}
