import { parseDeal } from './deal.ts';
import type { DealDocument } from './facts.ts';

/**
 * A deal document as it was stored, also by an earlier version of the program: what that version did not know gets its default. Deals
 * that were written before hedge netting existed pay every trade, as they did when they were agreed (decision 7). Throws when the
 * document was never a deal.
 */
export function readStoredDeal(stored: unknown): DealDocument {
  const document = stored as Partial<DealDocument>;
  // Whatever is written today says what late evidence means; no document before it did. Some of those have no word on grades.
  if (document.late !== undefined)
    return document.grades === undefined
      ? { ...(stored as DealDocument), grades: null }
      : (stored as DealDocument);
  const components = document.components?.map((component) =>
    component.kind === 'per_lot' ? { ...component, hedge: 'off' } : component,
  );
  const parsed = parseDeal({ ...document, components });
  if (!parsed.ok) throw new Error(`a stored deal cannot be read: ${parsed.detail}`);
  return parsed.value;
}
