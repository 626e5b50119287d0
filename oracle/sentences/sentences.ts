// All sentences.
import { CUSTOMERS } from './customers.ts';
import { LATER } from './later.ts';
import { MONTHS } from './months.ts';
import { REVENUE } from './revenue.ts';
import type { Sentence } from './sentence.ts';
import { TRADES } from './trades.ts';

export const SENTENCES: readonly Sentence[] = [...CUSTOMERS, ...TRADES, ...REVENUE, ...MONTHS, ...LATER];
