import { correctBook } from '../../kernel/rate-book.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import { listRated } from '../../pipeline/commission/index.ts';
import { spanOf } from '../../registry/rates/index.ts';
import type { Preview } from './facts.ts';
import type { MovePreviewDeps } from './moves.actions.ts';
import { previewIn } from './preview.actions.ts';

/** One more than a preview looks at, so that it says that it is not complete. */
const MOST_CUSTOMERS = 20_001;

/**
 * What other rates of exchange would do to the money of a program (rules.md 2.14); only reads. Customers with money in the days of the
 * rates are decided twice, and the months of all partners to whom they were bound are settled twice.
 */
export async function previewRates(
  deps: MovePreviewDeps,
  programId: string,
  rates: readonly DatedRate[],
): Promise<Preview> {
  const program = await deps.registry.getProgram(programId);
  const book = correctBook(program.rates.book, rates);
  return deps.db.acrossLanes('verify', async (tx) => {
    const rated = await listRated(tx, { ...spanOf(rates), programId, limit: MOST_CUSTOMERS });
    const programAfter = { ...program, rates: { ...program.rates, book } };
    return previewIn(tx, { program, programAfter, ...rated }, deps.clock.now());
  });
}
