import type { changeSetReply, rateCorrectionPreview, rateImportReply, rateReply } from '@plumbline/contract';
import type { QueryValues } from './client.ts';
import { useRows } from './resources.ts';
import type { RowList } from './resources.ts';
import type { Wire } from './types.ts';

// Exchange rates, and what corrections of them would do.

export type Rate = Wire<typeof rateReply>;
/** Which way a correction would go, and what it would do. */
export type RatePreview = Wire<typeof rateCorrectionPreview>;
/** What holds now, or the change set that a second person must agree to. */
export type RateAnswer = Wire<typeof rateImportReply> | Wire<typeof changeSetReply>;

export const useRates = (query: QueryValues): RowList<Rate> => useRows<Rate>('/v1/rates', query);
