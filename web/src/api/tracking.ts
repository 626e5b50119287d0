import type {
  campaignReply,
  clickReply,
  codeReply,
  creativeReply,
  linkReply,
  strikeListReply,
} from '@plumbline/contract';
import type { ProblemError, QueryValues } from './client.ts';
import type { UseQueryResult } from '@tanstack/react-query';
import { useOne, useRows } from './resources.ts';
import type { RowList } from './resources.ts';
import type { Wire } from './types.ts';

export type Link = Wire<typeof linkReply>;
export type Code = Wire<typeof codeReply>;
export type Creative = Wire<typeof creativeReply>;
export type Campaign = Wire<typeof campaignReply>;
export type Strikes = Wire<typeof strikeListReply>;
export type Click = Wire<typeof clickReply>;

export const useLinkList = (query: QueryValues): RowList<Link> => useRows<Link>('/v1/links', query);
export const useCodes = (query: QueryValues): RowList<Code> => useRows<Code>('/v1/codes', query);
export const useCreatives = (query: QueryValues): RowList<Creative> =>
  useRows<Creative>('/v1/creatives', query);
export const useClicks = (query: QueryValues): RowList<Click> => useRows<Click>('/v1/clicks', query);
export const useCampaigns = (query: QueryValues): RowList<Campaign> =>
  useRows<Campaign>('/v1/campaigns', query);
export const useStrikes = (partnerId: string): UseQueryResult<Strikes, ProblemError> =>
  useOne<Strikes>(`/v1/partners/${partnerId}/strikes`);
