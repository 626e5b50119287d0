// All sentences.
import { BONDS } from './bonds.ts';
import { CUSTOMERS } from './customers.ts';
import { FOREX } from './forex.ts';
import { FORMULAS } from './formulas.ts';
import { GATES } from './gates.ts';
import { HYBRIDS } from './hybrids.ts';
import { LATER } from './later.ts';
import { LEVELS } from './levels.ts';
import { LIMITS } from './limits.ts';
import { MONTHS } from './months.ts';
import { REVENUE } from './revenue.ts';
import type { Sentence } from './sentence.ts';
import { SHARES } from './shares.ts';
import { TAKEN_BACK } from './taken-back.ts';
import { TRADES } from './trades.ts';

export const SENTENCES: readonly Sentence[] = [
  ...CUSTOMERS,
  ...BONDS,
  ...TRADES,
  ...LEVELS,
  ...REVENUE,
  ...SHARES,
  ...MONTHS,
  ...FORMULAS,
  ...FOREX,
  ...GATES,
  ...HYBRIDS,
  ...LIMITS,
  ...TAKEN_BACK,
  ...LATER,
];
