import {
  compareDecimals,
  decimal,
  formatDecimal,
  normalizeDecimal,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import type { ConditionProgress, Progress } from './facts.ts';

const WORDS: Readonly<Record<ConditionProgress['metric'], string>> = {
  first_deposit: 'of the first deposit',
  deposits: 'of deposits',
  deposit_count: 'deposits',
  net_deposits: 'of net deposits',
  wagered: 'of bets',
  rounds: 'rounds',
  active_days: 'active days',
  trades: 'closed trades',
  lots: 'lots',
  purchases: 'of purchases',
  kyc: 'KYC',
  country: 'country',
};

const ONE_OF: Readonly<Partial<Record<ConditionProgress['metric'], string>>> = {
  deposit_count: 'deposit',
  rounds: 'round',
  active_days: 'active day',
  trades: 'closed trade',
  lots: 'lot',
};

/**
 * What is still missing of what must all hold, in words: 'needs 40 USD more of deposits (60 of 100 USD) and 2 more active days (3 of 5)'.
 * Empty when nothing is. Names nobody; for partners, leads and explanations alike.
 */
export function sayProgress(progress: readonly Progress[]): string {
  const missing = progress.filter((one) => !one.met).map(sayMissing);
  return missing.length === 0 ? '' : `needs ${join(missing, 'and')}`;
}

function sayMissing(one: Progress): string {
  if ('any' in one) return join(one.any.map(sayMissing), 'or');
  if ('all' in one) return join(one.all.filter((part) => !part.met).map(sayMissing), 'and');
  if (one.metric === 'kyc') return 'the customer to pass KYC';
  if (one.metric === 'country')
    return `a customer of another country (${one.have === '' ? 'none is known' : one.have})`;
  if (one.metric === 'first_deposit' && one.currency === undefined) return 'a first deposit';
  const { have, need, currency, product } = one;
  const left = formatDecimal(normalizeDecimal(subtractDecimals(decimal(need), decimal(have))));
  const money = currency === undefined ? '' : ` ${currency}`;
  const of = product === undefined ? '' : ` in ${product}`;
  const word =
    (compareDecimals(decimal(left), decimal('1')) === 0 ? ONE_OF[one.metric] : undefined) ??
    WORDS[one.metric];
  return currency === undefined
    ? `${left} more ${word}${of} (${have} of ${need})`
    : `${left}${money} more ${word}${of} (${have} of ${need}${money})`;
}

/** What was reached, for the record of what was granted: 'deposits 250 of 200 USD; active days 5 of 5'. */
export function sayReached(progress: readonly Progress[]): string {
  return progress.flatMap(listLeaves).map(sayOne).join('; ');
}

function listLeaves(one: Progress): ConditionProgress[] {
  if ('any' in one) return one.any.filter((part) => part.met).flatMap(listLeaves);
  return 'all' in one ? one.all.flatMap(listLeaves) : [one];
}

function sayOne({ metric, product, have, need, currency }: ConditionProgress): string {
  const word = metric.replaceAll('_', ' ');
  const of = product === undefined ? '' : ` (${product})`;
  return `${word}${of} ${have} of ${need}${currency === undefined ? '' : ` ${currency}`}`;
}

function join(parts: readonly string[], word: 'and' | 'or'): string {
  if (parts.length <= 1) return parts[0] ?? '';
  return `${word === 'or' ? 'either ' : ''}${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1) ?? ''}`;
}
