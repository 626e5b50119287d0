import { utcTime } from '../../../components/instant-format.ts';
import { isTime, wordsOf } from '../../../components/explain-value.ts';
import { groupedDecimal } from '../../../components/number-format.ts';

const WORDS: Readonly<Record<string, string>> = {
  exact: 'Exact, before rounding',
  mode: 'How levels share',
  lots: 'Lots',
  rate: 'Rate',
};
/** Ids of rows that stand in the tree as links. */
const HIDDEN = /Id$/;

/** What an amount was computed from, in words: lots, rate, deposit … Ids are left to the tree. */
export function basisRows(basis: Readonly<Record<string, string>>): (readonly [string, string])[] {
  return Object.entries(basis)
    .filter(([name]) => !HIDDEN.test(name))
    .map(([name, value]) => [WORDS[name] ?? wordsOf(name), valueInWords(value)] as const);
}

function valueInWords(value: string): string {
  if (isTime(value)) return utcTime(value);
  return /^-?\d+(\.\d+)?$/.test(value) ? groupedDecimal(value) : value.replaceAll('_', ' ');
}
