import {
  addDecimals,
  compareDecimals,
  decimal,
  formatDecimal,
  multiplyDecimals,
  normalizeDecimal,
  percentOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { findRate } from '../facts.ts';
import type { DealComponent, DealDocument, RateRow } from './facts.ts';

/** The deals of one chain of the tree: leaf first, each with the name of its partner. */
export type ChainOfDeals = readonly { readonly name: string; readonly document: DealDocument }[];

/** A component that could pay all levels together more than the operator earns. */
export interface OverRevenue {
  /** Id of the leaf's component. */
  readonly component: string;
  /** What all levels earn together per unit, and the limit: money, or per cent. */
  readonly total: string;
  readonly limit: string;
  /** What the worst row is about: 'XAUUSD', 'accounts of type ecn'; '' for all. */
  readonly where: string;
  /** Who is paid, leaf first, with what. */
  readonly parts: readonly string[];
}

type Levelled = Extract<DealComponent, { readonly levels: unknown }>;

const HUNDRED = decimal('100');

/**
 * Where the levels of a chain together could earn more than the operator does (semantics.md 5.10 guard 3, V-ML-9): money per unit against
 * levels.revenuePerUnit of the leaf's component, and shares of a spread, of a commission or of a purchase against the whole of it. Levels in
 * other currencies, and rates in points, are left to the check of each event. Pure.
 */
export function findOverRevenue(chain: ChainOfDeals): OverRevenue[] {
  const leaf = chain[0]?.document;
  if (leaf === undefined) return [];
  return leaf.components.flatMap((component): OverRevenue[] => {
    if (!('levels' in component)) return [];
    const limit = limitOf(component);
    if (limit === undefined) return [];
    const owners = chain.slice(0, component.levels.maxDepth).flatMap(({ name, document }, index) => {
      const own = index === 0 ? component : findOwn(component, leaf, document);
      return own === undefined || document.currency !== leaf.currency ? [] : [{ name, document, own }];
    });
    const worst = listPlaces(owners)
      .map((place) => sumAt(component, owners, place))
      .reduce((a, b) => (compareDecimals(b.total, a.total) > 0 ? b : a));
    return compareDecimals(worst.total, limit) <= 0
      ? []
      : [
          {
            component: component.id,
            total: formatDecimal(normalizeDecimal(worst.total)),
            limit: formatDecimal(limit),
            where: worst.where,
            parts: worst.parts,
          },
        ];
  });
}

function limitOf(component: Levelled): Decimal | undefined {
  const isShare =
    component.kind === 'spread_share' ||
    component.kind === 'commission_share' ||
    component.kind === 'purchase_share' ||
    (component.kind === 'stage_payment' && component.percent !== null);
  if (isShare) return component.kind === 'stage_payment' ? undefined : HUNDRED;
  const { revenuePerUnit } = component.levels;
  return revenuePerUnit === null ? undefined : decimal(revenuePerUnit);
}

/** The component of another deal that answers to the leaf's: of its kind and id, else the only one of its kind. */
function findOwn(leaf: Levelled, leafDeal: DealDocument, own: DealDocument): Levelled | undefined {
  const ofKind = (document: DealDocument): Levelled[] =>
    document.components.filter((one): one is Levelled => 'levels' in one && one.kind === leaf.kind);
  const candidates = ofKind(own);
  const same = candidates.find((one) => one.id === leaf.id);
  if (same !== undefined) return same;
  return candidates.length === 1 && ofKind(leafDeal).length === 1 ? candidates[0] : undefined;
}

interface Owner {
  readonly name: string;
  readonly document: DealDocument;
  readonly own: Levelled;
}

/** What rates are looked up by; '' stands for what no row names. */
interface Place {
  readonly symbol: string;
  readonly account: string;
  readonly accountType: string;
}

function rowsOf(component: Levelled): readonly RateRow[] {
  return 'rates' in component ? [...component.rates, ...component.overrides] : [];
}

/** Every place that some row of the chain tells apart from others. */
function listPlaces(owners: readonly Owner[]): Place[] {
  const rows = owners.flatMap(({ own, document }) =>
    rowsOf(own).map((row) => ({
      ...row,
      symbols: row.symbol === undefined ? (document.symbolGroups[row.group ?? ''] ?? []) : [row.symbol],
    })),
  );
  const distinct = (values: readonly (string | undefined)[]): string[] => [
    ...new Set(['', ...values.flatMap((value) => value ?? [])]),
  ];
  const symbols = distinct(rows.flatMap((row) => row.symbols));
  const accounts = distinct(rows.map((row) => row.account));
  const types = distinct(rows.map((row) => row.accountType));
  return symbols.flatMap((symbol) =>
    accounts.flatMap((account) => types.map((accountType) => ({ symbol, account, accountType }))),
  );
}

/** What all levels earn together per unit at one place. */
function sumAt(
  leaf: Levelled,
  owners: readonly Owner[],
  place: Place,
): { total: Decimal; where: string; parts: string[] } {
  const { mode } = leaf.levels;
  const parts: string[] = [];
  let total = ZERO;
  let below = ZERO;
  const add = (name: string, amount: Decimal): void => {
    total = addDecimals(total, amount);
    if (amount.digits !== 0n) parts.push(`${name} ${formatDecimal(normalizeDecimal(amount))}`);
  };
  const base = rateOf(owners[0], place, 'rate') ?? ZERO;
  for (const [index, owner] of owners.entries()) {
    const isLeaf = index === 0;
    const rate = rateOf(owner, place, isLeaf || mode === 'difference' ? 'rate' : 'override') ?? ZERO;
    switch (mode) {
      case 'additive_fixed':
        add(owner.name, rate);
        break;
      case 'difference':
        if (compareDecimals(rate, below) > 0) {
          add(owner.name, subtractDecimals(rate, below));
          below = rate;
        }
        break;
      case 'additive_percent': {
        const own = isLeaf ? rate : percentOf(below, decimal(owner.own.overridePercent ?? '0'));
        if (isLeaf || owner.own.overridePercent !== null) below = own;
        add(owner.name, own);
        break;
      }
      case 'pass_through':
        if (isLeaf) add(owner.name, rate);
        break;
      case 'ratio':
        if (owner.own.ratios !== null)
          add(owner.name, Object.values(owner.own.ratios).map(decimal).reduce(multiplyDecimals, base));
        break;
    }
  }
  const where = [
    place.symbol,
    place.account === '' ? '' : `account ${place.account}`,
    place.accountType === '' ? '' : `accounts of type ${place.accountType}`,
  ].filter((text) => text !== '');
  return { total, where: where.join(', '), parts };
}

/** A level's rate at a place; of steps the highest. Undefined: none, or one that no document can compare. */
function rateOf(owner: Owner | undefined, place: Place, which: 'rate' | 'override'): Decimal | undefined {
  if (owner === undefined) return undefined;
  const { own, document } = owner;
  const steps = 'tiers' in own && own.tiers !== null && which === 'rate' ? own.tiers.bands : [];
  const told = steps.length > 0 ? steps.map((band) => band.rate) : [textOf(own, place, { which, document })];
  return told
    .flatMap((text) => (text === undefined || text === null ? [] : [decimal(text)]))
    .reduce<Decimal | undefined>(
      (most, rate) => (most === undefined || compareDecimals(rate, most) > 0 ? rate : most),
      undefined,
    );
}

function textOf(
  own: Levelled,
  place: Place,
  { which, document }: { readonly which: 'rate' | 'override'; readonly document: DealDocument },
): string | null | undefined {
  switch (own.kind) {
    case 'cpa':
      return which === 'rate' ? own.amount : own.override;
    case 'purchase_share':
      return which === 'rate' ? own.percent : own.override;
    case 'stage_payment':
      return which === 'rate' ? own.amount : own.override;
    default: {
      const found = findRate(which === 'rate' ? own.rates : own.overrides, {
        symbol: place.symbol,
        account: place.account,
        accountType: place.accountType === '' ? undefined : place.accountType,
        symbolGroups: document.symbolGroups,
      });
      return found?.pointSize === undefined ? found?.rate : undefined;
    }
  }
}
