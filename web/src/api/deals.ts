import type {
  changeSetReply,
  dealCheckReply,
  dealDescriptionReply,
  dealExamplesReply,
  dealPreviewReply,
  dealTemplateList,
} from '@plumbline/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ProblemError, QueryValues } from './client.ts';
import { useOne, useRows } from './resources.ts';
import type { RowList } from './resources.ts';
import type { Deal, Wire } from './types.ts';

export type DealCheck = Wire<typeof dealCheckReply>;
/** Which way a change of terms would go, and what it would do. */
export type DealPreview = Wire<typeof dealPreviewReply>;
/** A version that stands, or the change set that a second person must agree to. */
export type DealAnswer = Deal | Wire<typeof changeSetReply>;
export type DealDescription = Wire<typeof dealDescriptionReply>;
export type DealTemplate = Wire<typeof dealTemplateList>['items'][number];

export const useDealList = (query: QueryValues): RowList<Deal> => useRows<Deal>('/v1/deals', query);
export const useDeal = (id: string | null): UseQueryResult<Deal, ProblemError> =>
  useOne(id === null ? null : `/v1/deals/${id}`);
/** Deals to begin with, in a currency. */
export const useDealTemplates = (
  currency: string | undefined,
): UseQueryResult<Wire<typeof dealTemplateList>, ProblemError> =>
  useOne('/v1/deal-templates', { query: { currency }, staleTime: Infinity });
export type DealExample = Wire<typeof dealExamplesReply>['items'][number];

/** What an invented customer would bring to each component of a deal, decided by the engine. */
export const useDealExamples = (id: string): UseQueryResult<Wire<typeof dealExamplesReply>, ProblemError> =>
  useOne(`/v1/deals/${id}/examples`, { staleTime: Infinity });
