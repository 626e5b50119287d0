// How numbers, dates and times are said in sentences. English, with the currency after the amount.
import { decimal, formatDecimal, normalizeDecimal, roundDecimal } from '../../kernel/decimal.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { exponentOf, formatMoney, isCurrency } from '../../kernel/money.ts';
import { localDate, wallOf } from '../../kernel/zone.ts';

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
];

/** '700' and 'USD' to '7.00 USD'. */
export function sayMinor(amountMinor: string | bigint, currency: string): string {
  return `${formatMoney({ amountMinor: BigInt(amountMinor), currency })} ${currency}`;
}

/** A decimal in major units with at least the digits of its currency: '7' to '7.00 USD', '0.125' stays '0.125 USD'. */
export function sayAmount(amount: string, currency: string): string {
  return `${padDecimal(amount, isCurrency(currency) ? exponentOf(currency) : 0)} ${currency}`;
}

/** Lots with at least two digits after the point, and the word: '1.00 lot', '0.50 lots'. */
export function sayLots(lots: string): string {
  const text = padDecimal(lots, 2);
  return `${text} ${text === '1.00' ? 'lot' : 'lots'}`;
}

/** A decimal with at least so many digits after the point; more are kept when they are not zero. */
export function padDecimal(text: string, digits: number): string {
  const plain = formatDecimal(normalizeDecimal(decimal(text)));
  const point = plain.indexOf('.');
  const have = point < 0 ? 0 : plain.length - point - 1;
  if (have >= digits) return plain;
  return `${plain}${point < 0 ? '.' : ''}${'0'.repeat(digits - have)}`;
}

/** '2 July 2024' on the calendar of the zone. */
export function sayDate(instant: Instant, zone: string): string {
  return sayDay(localDate(instant, zone));
}

/** '2024-07-02' to '2 July 2024'. */
export function sayDay(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** '2024-07-01' to 'July 2024'. */
export function sayMonth(period: string): string {
  const [year = '', month = ''] = period.split('-');
  return `${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** Digits after the point beyond which a number is said to be about so much. */
const MOST_DIGITS = 8;

/** The same as `sayAmount` for an amount that was not rounded: 'about 33.33333333 USD' where it has more digits than anybody reads. */
export function sayExact(amount: string, currency: string): string {
  const exact = decimal(amount);
  if (normalizeDecimal(exact).scale <= MOST_DIGITS) return sayAmount(amount, currency);
  return `about ${sayAmount(formatDecimal(roundDecimal(exact, MOST_DIGITS, 'half_even')), currency)}`;
}

/** '2 July 2024 at 11:00' on the wall clock of the zone; the zone itself is said once, elsewhere. */
export function sayTime(instant: Instant, zone: string): string {
  return `${sayDate(instant, zone)} at ${formatInstant(wallOf(instant, zone) as Instant).slice(11, 16)}`;
}

/** Whole seconds below two minutes, then minutes and seconds, then hours and minutes: '60 s', '66 min 10 s' is '1 h 6 min'. Cut, not rounded. */
export function sayDuration(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** An instant, or what an unbounded one means. */
export function sayFrom(instant: Instant, zone: string): string {
  return Number.isFinite(instant) ? `since ${sayTime(instant, zone)}` : 'from the beginning';
}
