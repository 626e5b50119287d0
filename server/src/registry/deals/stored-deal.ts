import { parseDeal } from './deal.ts';
import type { DealComponent, DealDocument, RevshareComponent } from './facts.ts';

/** A share of revenue that was written before theoretical GGR existed names no edges. */
function withEdges(component: DealComponent): DealComponent {
  return component.kind === 'revshare' && !('edges' in component)
    ? { ...(component as RevshareComponent), edges: [] }
    : component;
}

/**
 * A deal document as it was stored, also by an earlier version of the program: what that version did not know gets its default. Deals
 * that were written before hedge netting existed pay every trade, as they did when they were agreed (decision 7). Throws when the
 * document was never a deal.
 */
export function readStoredDeal(stored: unknown): DealDocument {
  const document = stored as Partial<DealDocument>;
  // Whatever is written today says what late evidence means; no document before it did. Some of those have no word on grades.
  if (document.late !== undefined) {
    const known = stored as DealDocument;
    const isWhole =
      document.grades !== undefined &&
      known.components.every((component) => component.kind !== 'revshare' || 'edges' in component);
    return isWhole
      ? known
      : { ...known, components: known.components.map(withEdges), grades: document.grades ?? null };
  }
  const components = document.components?.map((component) =>
    component.kind === 'per_lot' ? { ...component, hedge: 'off' } : component,
  );
  const parsed = parseDeal({ ...document, components });
  if (!parsed.ok) throw new Error(`a stored deal cannot be read: ${parsed.detail}`);
  return parsed.value;
}
