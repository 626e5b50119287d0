import { CPA } from './cpa.ts';
import { HYBRID } from './hybrid.ts';
import { PROP } from './prop.ts';
import { REVENUE } from './revenue.ts';
import { TRADING } from './trading.ts';
import type { Vector } from './vector.ts';

/** Every golden vector of semantics.md 13 that pays or pays nothing; V-ML-9b, whose deal is refused, is a test of its own; and terms that have none there, under names of their own. */
export const VECTORS: readonly Vector[] = [...REVENUE, ...CPA, ...TRADING, ...PROP];

/** The golden vectors, and deals that have none. */
export const EXAMPLES: readonly Vector[] = [...VECTORS, ...HYBRID];
