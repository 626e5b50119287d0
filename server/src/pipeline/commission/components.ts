import type { Instant } from '../../kernel/instant.ts';
import type {
  CpaComponent,
  DealComponent,
  DealVersion,
  TradingComponent,
} from '../../registry/deals/facts.ts';
import { findDealInForce } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';

type OfKind<K extends DealComponent['kind']> = Extract<DealComponent, { kind: K }>;

/** The components that pay for each closed trade, in the order of the deal. */
export function listTrading(deal: DealVersion): TradingComponent[] {
  return deal.document.components.filter((component) => TRADING.has(component.kind)) as TradingComponent[];
}

const TRADING: ReadonlySet<DealComponent['kind']> = new Set<DealComponent['kind']>([
  'per_lot',
  'per_million',
  'spread_share',
  'commission_share',
]);

export function listCpa(deal: DealVersion): CpaComponent[] {
  return deal.document.components.filter((component) => component.kind === 'cpa');
}

/**
 * The component of an ancestor's deal that answers to one of the leaf's deal: the one of the same kind and id, else the only one of
 * that kind where the leaf's deal has only one too, so that deals written by different hands still meet. Undefined: no terms, and
 * the ancestor is skipped (rules.md 5, Levels).
 */
export function findAncestorComponent<K extends DealComponent['kind']>(
  kind: K,
  id: string,
  deals: { readonly leaf: DealVersion; readonly own: DealVersion },
): OfKind<K> | undefined {
  const ofKind = (deal: DealVersion): OfKind<K>[] =>
    deal.document.components.filter((component): component is OfKind<K> => component.kind === kind);
  const own = ofKind(deals.own);
  const same = own.find((component) => component.id === id);
  if (same !== undefined) return same;
  return own.length === 1 && ofKind(deals.leaf).length === 1 ? own[0] : undefined;
}

/** Terms at the instant that the deal asks for, and where there were none yet, those at the other one (rules.md 5, CPA); as the grade at `gradeAt` has them. */
export function findDealAtEither(
  program: ProgramSnapshot,
  partnerId: string,
  [first, second]: readonly [Instant, Instant],
  gradeAt: Instant,
): DealVersion | undefined {
  return (
    findDealInForce(program, partnerId, first, gradeAt) ??
    findDealInForce(program, partnerId, second, gradeAt)
  );
}
