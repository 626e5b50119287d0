// What a turn of customer lanes leaves for other lanes: one message for each program, kind and change set.
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { ClaimsHop, IdentifierClaim } from '../identity/facts.ts';
import type { CausedDifferences } from './cause.ts';
import type { LinesHop } from './facts.ts';

/** What the turn of one customer says to other lanes. */
export interface TurnSays extends CausedDifferences {
  readonly programId: string;
  readonly customerId: string;
  readonly claimsUpsert: readonly IdentifierClaim[];
  readonly claimsRemove: readonly IdentifierClaim[];
}

/** Stores the messages in the transaction that they tell of; each is gone when its receivers have it. `home` is a lane of the turn. */
export async function sendHops(
  tx: Tx,
  says: readonly TurnSays[],
  { home, newId, now }: { readonly home: number; readonly newId: () => string; readonly now: Instant },
): Promise<void> {
  const send = async (kind: 'lines' | 'claims', payload: LinesHop | ClaimsHop): Promise<void> => {
    await tx.exec(
      'insert into hop_out (lane, id, kind, payload, created_at) values ($1, $2, $3, $4, $5)',
      [home, newId(), kind, json(payload), formatInstant(now)],
      1,
    );
  };
  for (const [programId, own] of Map.groupBy(says, (one) => one.programId)) {
    const ordinary = own.flatMap((one) => one.ordinary);
    if (ordinary.length > 0) await send('lines', { programId, differences: ordinary });
    for (const [changeSetId, ofSet] of Map.groupBy(own, (one) => one.changeSetId)) {
      const cause = changeSetId === null ? {} : { changeSetId };
      const differences = ofSet.flatMap((one) => one.caused);
      if (differences.length > 0) await send('lines', { programId, ...cause, differences });
      const claims = ofSet.flatMap(claimsOf);
      if (claims.length > 0) await send('claims', { programId, ...cause, claims });
    }
  }
}

function claimsOf({ customerId, claimsUpsert, claimsRemove }: TurnSays): ClaimsHop['claims'] {
  if (claimsUpsert.length + claimsRemove.length === 0) return [];
  const upsert = claimsUpsert.map((claim) => ({
    ...claim,
    from: boundText(claim.from),
    to: boundText(claim.to),
  }));
  const remove = claimsRemove.map(({ identifierId, originId }) => ({ identifierId, originId }));
  return [{ customerId, upsert, remove }];
}

function boundText(instant: Instant): string {
  if (instant === Number.NEGATIVE_INFINITY) return '-infinity';
  return instant === Number.POSITIVE_INFINITY ? 'infinity' : formatInstant(instant);
}
