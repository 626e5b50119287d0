import type {
  createdFeedReply,
  deliveryReply,
  feedList,
  feedReply,
  presetDetailReply,
  sourceActivityReply,
} from '@plumbline/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { callApi, sendText } from './client.ts';
import type { ProblemError } from './client.ts';
import { useOne } from './resources.ts';
import type { Wire } from './types.ts';

// What the pages of sources ask of the API: what comes, and the feeds by which it comes.

export type SourceActivity = Wire<typeof sourceActivityReply>;
export type ActiveSource = SourceActivity['items'][number];
export type Feed = Wire<typeof feedReply>;
export type CreatedFeed = Wire<typeof createdFeedReply>;
export type PresetDetail = Wire<typeof presetDetailReply>;
export type Told = Wire<typeof deliveryReply>;

/** Every source with what came of late, read again every few seconds. */
export function useSourceActivity(
  programId: string | undefined,
): UseQueryResult<SourceActivity, ProblemError> {
  return useQuery<SourceActivity, ProblemError>({
    queryKey: ['source-activity', programId],
    queryFn: ({ signal }) => callApi('GET', '/v1/source-activity', { query: { programId }, signal }),
    refetchInterval: 5_000,
  });
}

export const useFeeds = (source: string): UseQueryResult<Wire<typeof feedList>, ProblemError> =>
  useOne(`/v1/sources/${encodeURIComponent(source)}/feeds`);
export const usePreset = (name: string | null): UseQueryResult<PresetDetail, ProblemError> =>
  useOne(name === null ? null : `/v1/presets/${encodeURIComponent(name)}`, { staleTime: Infinity });

/** Hands a body to the source as an outside system would. It is stored. */
export function useTestDelivery(
  source: string,
): UseMutationResult<Told, ProblemError, { text: string; type: string }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { text: string; type: string }) =>
      sendText<Told>(`/v1/sources/${encodeURIComponent(source)}/deliveries`, body),
    onSuccess: () => client.invalidateQueries(),
  });
}
