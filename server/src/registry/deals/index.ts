export { DEAL_SCHEMA } from './deal-schema.ts';
export { parseDeal } from './deal.ts';
export type { ParsedDeal } from './deal.ts';
export { describeDeal } from './describe.ts';
export type { DealProblem } from './document-reader.ts';
export { forexPreset } from './preset.ts';
export type { ForexPresetOptions } from './preset.ts';
