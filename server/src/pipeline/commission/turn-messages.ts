import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ClaimsHop } from '../identity/facts.ts';
import { sumFigures } from './customer-figures.ts';
import type { Settlement } from './customer-turn.ts';
import type { LinesHop } from './facts.ts';

/** What a turn tells partner lanes: what goes to the books, and the figures, those of one partner and day put together. */
export function linesHop(
  programId: string,
  settlements: readonly Pick<Settlement, 'differences' | 'figures' | 'inputs'>[],
): LinesHop {
  const figures = sumFigures(settlements.flatMap((settlement) => settlement.figures));
  const inputs = settlements.flatMap((settlement) => settlement.inputs);
  return {
    programId,
    differences: settlements.flatMap((settlement) => settlement.differences),
    ...(figures.length === 0 ? {} : { figures }),
    ...(inputs.length === 0 ? {} : { inputs }),
  };
}

/** What a turn tells identifier lanes: identifiers that customers claim now, and those that they do not any more. */
export function claimsHop(
  programId: string,
  outcomes: readonly {
    readonly loaded: { readonly due: { readonly customerId: string } };
    readonly settlement: Pick<Settlement, 'claimsUpsert' | 'claimsRemove'>;
  }[],
): ClaimsHop {
  const claims = outcomes.flatMap(({ loaded, settlement }) =>
    settlement.claimsUpsert.length + settlement.claimsRemove.length === 0
      ? []
      : [
          {
            customerId: loaded.due.customerId,
            upsert: settlement.claimsUpsert.map((claim) => ({
              ...claim,
              from: boundText(claim.from),
              to: boundText(claim.to),
            })),
            remove: settlement.claimsRemove.map(({ identifierId, originId }) => ({ identifierId, originId })),
          },
        ],
  );
  return { programId, claims };
}

function boundText(instant: Instant): string {
  if (instant === Number.NEGATIVE_INFINITY) return '-infinity';
  return instant === Number.POSITIVE_INFINITY ? 'infinity' : formatInstant(instant);
}
