// All sentences.
import { CUSTOMERS } from './customers.ts';
import type { Sentence } from './sentence.ts';
import { TRADES } from './trades.ts';

export const SENTENCES: readonly Sentence[] = [...CUSTOMERS, ...TRADES];
