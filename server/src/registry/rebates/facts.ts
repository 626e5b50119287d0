import type { Instant } from '../../kernel/instant.ts';
import { endOfPeriod, periodOf, weekOf } from '../../kernel/period.ts';
import { addCalendarDays, localDate, startOfDate } from '../../kernel/zone.ts';

export const REBATE_SPANS = ['day', 'week', 'month'] as const;
/** How often what is owed to a customer falls due: weeks are Monday to Sunday, all in the program's zone. */
export type RebateSpan = (typeof REBATE_SPANS)[number];

/** Who gets it: every customer of the partner, those who came by a campaign or a link, or one customer. */
export type RebateWhom =
  | { readonly kind: 'all' }
  | { readonly kind: 'campaign'; readonly campaign: string }
  | { readonly kind: 'link'; readonly linkId: string }
  | { readonly kind: 'customer'; readonly customerId: string };

/** What a partner gives of its own commission to customers, from an instant on (semantics.md 5.8). Half-open [from, until). */
export interface RebateRule {
  readonly id: string;
  readonly partnerId: string;
  readonly whom: RebateWhom;
  /** 0 to 100, as canonical decimal text. */
  readonly percent: string;
  /** Ids of components of its deal; null = all that are paid by trade. */
  readonly components: readonly string[] | null;
  readonly every: RebateSpan;
  readonly from: Instant;
  /** Infinity = open. */
  readonly until: Instant;
}

/** A rule as it is stored. */
export interface StoredRebate {
  readonly id: string;
  readonly partner_id: string;
  readonly whom: RebateWhom['kind'];
  readonly campaign: string | null;
  readonly link_id: string | null;
  readonly customer_id: string | null;
  readonly percent: string;
  readonly components: readonly string[] | null;
  readonly every: RebateSpan;
  readonly effective_from: Instant;
  readonly effective_to: Instant;
}

/** The same with who wrote what and why. */
export interface RebateRow extends StoredRebate {
  readonly program_id: string;
  readonly reason: string;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly ended_at: Instant | null;
  readonly ended_by: string | null;
  readonly end_reason: string | null;
  readonly retracted_at: Instant | null;
  readonly retracted_by: string | null;
  readonly retraction_reason: string | null;
  /** The settable clock of a sandbox; null = real time. */
  readonly clock_at: Instant | null;
}

/** Throws where a row names nobody: the table's own check keeps that out. */
export function ruleOfRow(row: StoredRebate): RebateRule {
  return {
    id: row.id,
    partnerId: row.partner_id,
    whom: whomOfRow(row),
    percent: row.percent,
    components: row.components,
    every: row.every,
    from: row.effective_from,
    until: row.effective_to,
  };
}

function whomOfRow(row: StoredRebate): RebateWhom {
  const { whom: kind, campaign, link_id: linkId, customer_id: customerId } = row;
  if (kind === 'campaign' && campaign !== null) return { kind, campaign };
  if (kind === 'link' && linkId !== null) return { kind, linkId };
  if (kind === 'customer' && customerId !== null) return { kind, customerId };
  if (kind === 'all') return { kind };
  throw new Error(`the rebate rule ${row.id} names no ${kind}`);
}

/** What a rule is looked for by. */
export interface RebateQuestion {
  readonly at: Instant;
  readonly component: string;
  /** Of the attribution by which the customer is the partner's. */
  readonly linkId: string | undefined;
  readonly campaign: string | undefined;
  /** True for a customer who is meant by this id: itself, or one who was merged into it. */
  readonly isCustomer: (customerId: string) => boolean;
}

const CLOSENESS: Readonly<Record<RebateWhom['kind'], number>> = { all: 0, campaign: 1, link: 2, customer: 3 };

/**
 * The rule that holds: the one that is nearest to the customer (customer, link, campaign, everybody), whatever it gives. Rules for the same
 * whom and component never overlap when they are written; after a merge those of two customers may meet, and the one that began last holds.
 */
export function findRebateRule(
  rules: readonly RebateRule[],
  question: RebateQuestion,
): RebateRule | undefined {
  let best: RebateRule | undefined;
  for (const rule of rules)
    if (holds(rule, question) && (best === undefined || isNearer(rule, best))) best = rule;
  return best;
}

function holds(rule: RebateRule, { at, component, ...customer }: RebateQuestion): boolean {
  return (
    rule.from <= at &&
    at < rule.until &&
    (rule.components === null || rule.components.includes(component)) &&
    isMeant(rule.whom, customer)
  );
}

function isMeant(
  whom: RebateWhom,
  { linkId, campaign, isCustomer }: Omit<RebateQuestion, 'at' | 'component'>,
): boolean {
  switch (whom.kind) {
    case 'all':
      return true;
    case 'campaign':
      return whom.campaign === campaign;
    case 'link':
      return whom.linkId === linkId;
    case 'customer':
      return isCustomer(whom.customerId);
  }
}

function isNearer(rule: RebateRule, than: RebateRule): boolean {
  const [closer, known] = [CLOSENESS[rule.whom.kind], CLOSENESS[than.whom.kind]];
  if (closer !== known) return closer > known;
  if (rule.from !== than.from) return rule.from > than.from;
  return rule.id > than.id;
}

/** True when two rules of one partner would both hold for the same customer, component and instant, and none is nearer. */
export function isInTheWay(a: Omit<RebateRule, 'id'>, b: Omit<RebateRule, 'id'>): boolean {
  const isApart =
    a.components !== null && b.components !== null && !a.components.some((id) => b.components?.includes(id));
  return a.from < b.until && b.from < a.until && !isApart && textOfWhom(a.whom) === textOfWhom(b.whom);
}

function textOfWhom(whom: RebateWhom): string {
  switch (whom.kind) {
    case 'all':
      return 'all';
    case 'campaign':
      return `campaign ${whom.campaign}`;
    case 'link':
      return `link ${whom.linkId}`;
    case 'customer':
      return `customer ${whom.customerId}`;
  }
}

/** The first day of the span in which an instant falls, 'YYYY-MM-DD' in the zone. */
export function rebateSpanOf(at: Instant, every: RebateSpan, zone: string): string {
  if (every === 'month') return periodOf(at, zone);
  const day = localDate(at, zone);
  return every === 'week' ? weekOf(day) : day;
}

/** The first instant after a span. */
export function endOfRebateSpan(span: string, every: RebateSpan, zone: string): Instant {
  if (every === 'month') return endOfPeriod(span, zone);
  return addCalendarDays(startOfDate(span, zone), every === 'day' ? 1 : 7, zone);
}

const PREFIX = 'rebate/';

/** The component under which what is given of a component stands in the books; ids of components have no slash. */
export function rebateComponentOf(component: string): string {
  return `${PREFIX}${component}`;
}

/** True for what a partner gives to customers: a minus for the partner that costs the operator nothing. */
export function isRebate(component: string): boolean {
  return component.startsWith(PREFIX);
}

/** By which rule, and for which span, a line gives to the customer. */
export interface RebateOrigin {
  readonly rule: string;
  /** First day, 'YYYY-MM-DD' in the program's zone. */
  readonly span: string;
}

/** The place of a line of a rebate in its natural key: `rebate/lots/<rule>/<span>`. */
export function rebateKeyPart(component: string, { rule, span }: RebateOrigin): string {
  return `${component}/${rule}/${span}`;
}

/** What a natural key says of the rule and the span; undefined for what is no rebate. */
export function rebateOfKey(naturalKey: string): RebateOrigin | undefined {
  const part = naturalKey.split(':')[2] ?? '';
  if (!isRebate(part)) return undefined;
  const words = part.split('/');
  const [rule, span] = [words.at(-2), words.at(-1)];
  return rule === undefined || span === undefined ? undefined : { rule, span };
}
