import { localDate } from '../../kernel/zone.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { GradeProgress } from './facts.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** A day in words, in a zone: '1 December 2026'. */
export function sayDay(at: Instant, zone: string): string {
  const [year = '', month = '', day = ''] = localDate(at, zone).split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? ''} ${year}`;
}

/** What is missing for the next grade, for the partner itself too: 'needs 40 more lots for "gold" until 1 December 2026'. */
export function sayProgress(
  { grade, match, needs }: GradeProgress,
  {
    nextCheck,
    zone,
    currency,
  }: { readonly nextCheck: Instant; readonly zone: string; readonly currency: string },
): string {
  const open = needs.filter(({ missing }) => missing !== '0');
  const until = sayDay(nextCheck, zone);
  if (open.length === 0 || (match === 'any' && open.length < needs.length))
    return `What "${grade}" asks for is there; the check of ${until} decides.`;
  const parts = open.map(({ metric, missing }) => sayMissing(metric, missing, currency));
  return `Needs ${parts.join(match === 'all' ? ' and ' : ' or ')} for "${grade}" until ${until}.`;
}

const MONEY: Readonly<Record<string, string>> = {
  deposits: 'deposits',
  net_deposits: 'net deposits',
  purchases: 'purchases',
  ngr: 'NGR',
};

function sayMissing(metric: string, missing: string, currency: string): string {
  const money = MONEY[metric];
  return money === undefined
    ? `${missing} more ${metric.replaceAll('_', ' ')}`
    : `${missing} ${currency} more ${money}`;
}
