import type {
  driftReply,
  mappingDocumentationReply,
  mappingReply,
  previewQuarantineReply,
  quarantineDetailReply,
  quarantineGroupsReply,
  redriveReply,
  trialDetailReply,
  trialReply,
} from '@plumbline/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { callApi } from './client.ts';
import type { ProblemError, QueryValues } from './client.ts';
import { useOne, useRows } from './resources.ts';
import type { RowList } from './resources.ts';
import type { Wire } from './types.ts';

// What repairs ask of the API: drift, quarantine, trials, and the page of a mapping.

export type Drift = Wire<typeof driftReply>;
export type QuarantineDetail = Wire<typeof quarantineDetailReply>;
export type QuarantineGroups = Wire<typeof quarantineGroupsReply>;
export type QuarantineGroup = QuarantineGroups['groups'][number];
export type Preview = Wire<typeof previewQuarantineReply>;
export type Redriven = Wire<typeof redriveReply>;
export type Trial = Wire<typeof trialReply>;
export type TrialDetail = Wire<typeof trialDetailReply>;
export type TrialResult = NonNullable<TrialDetail['result']>;
export type MappingPage = Wire<typeof mappingDocumentationReply>;
export type Mapping = Wire<typeof mappingReply>;
export type Remedy = QuarantineGroup['remedy'];

export const useDrift = (query: QueryValues): RowList<Drift> => useRows<Drift>('/v1/drift', query);
export const useQuarantineGroups = (query: QueryValues): UseQueryResult<QuarantineGroups, ProblemError> =>
  useOne<QuarantineGroups>('/v1/quarantine/groups', { query });
export const useQuarantined = (id: string | null): UseQueryResult<QuarantineDetail, ProblemError> =>
  useOne<QuarantineDetail>(id === null ? null : `/v1/quarantine/${id}`);
export const useTrials = (query: QueryValues): RowList<Trial> => useRows<Trial>('/v1/trials', query);
export const useMapping = (source: string | null): UseQueryResult<Mapping, ProblemError> =>
  useOne<Mapping>(source === null ? null : `/v1/sources/${source}/mapping`);
export const useMappingPage = (source: string): UseQueryResult<MappingPage, ProblemError> =>
  useOne<MappingPage>(`/v1/sources/${source}/mapping/documentation`);

/** A trial, read again while it runs. */
export function useTrial(id: string | null): UseQueryResult<TrialDetail, ProblemError> {
  return useQuery<TrialDetail, ProblemError>({
    queryKey: ['one', 'trial', id],
    queryFn: ({ signal }) => callApi<TrialDetail>('GET', `/v1/trials/${id ?? ''}`, { signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? 500 : false),
  });
}

interface Post {
  readonly path: string;
  /** Default POST. */
  readonly method?: 'POST' | 'PATCH';
  readonly body?: unknown;
}

/** A write; everything on screen that it may change is read again. */
export function usePost<Answer>(): UseMutationResult<Answer, ProblemError, Post> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, method = 'POST', body }: Post) =>
      callApi<Answer>(method, path, body === undefined ? {} : { body }),
    onSuccess: () => client.invalidateQueries(),
  });
}

/** Items of quarantine: some by id, or all that a filter finds. */
export type Chosen =
  | { readonly ids: readonly string[] }
  | { readonly filter: Readonly<Record<string, string>> };

/** What the mappings in force would make of items; of many per source, the newest 1,000 are looked at. */
export interface Foreseen {
  readonly counts: Readonly<Record<string, number>>;
  readonly looked: number;
  readonly found: number;
}

/** Asks each of the sources concerned; nothing is written. */
export function useForeseen(
  chosen: Chosen,
  sources: readonly string[],
): UseQueryResult<Foreseen, ProblemError> {
  return useQuery<Foreseen, ProblemError>({
    queryKey: ['foreseen', chosen, sources],
    queryFn: async ({ signal }) => {
      const counts: Record<string, number> = {};
      let [looked, found] = [0, 0];
      for (const source of sources) {
        const { document } = await callApi<Mapping>('GET', `/v1/sources/${source}/mapping`, { signal });
        const body = { source, document, ...withoutSource(chosen) };
        const one = await callApi<Preview>('POST', '/v1/quarantine/preview', { body, signal });
        for (const [name, count] of Object.entries(one.counts)) counts[name] = (counts[name] ?? 0) + count;
        looked += one.looked;
        found += one.found;
      }
      return { counts, looked, found };
    },
    staleTime: 0,
  });
}

/** A preview is of one source, so its filter does not name it again. */
function withoutSource(chosen: Chosen): object {
  if ('ids' in chosen) return chosen;
  const wanted = ['reason', 'path', 'detail', 'q'];
  return {
    filter: Object.fromEntries(Object.entries(chosen.filter).filter(([name]) => wanted.includes(name))),
  };
}

export interface RedriveProgress {
  readonly done: number;
  readonly left: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Drives again what a filter finds, page by page until the end; `onProgress` is told after each. */
export async function redriveAll(
  chosen: Chosen,
  onProgress: (progress: RedriveProgress) => void,
): Promise<RedriveProgress> {
  const counts: Record<string, number> = {};
  let done = 0;
  let cursor: string | null = null;
  for (;;) {
    const body: unknown = { ...chosen, limit: 200, ...(cursor === null ? {} : { cursor }) };
    const answer: Redriven = await callApi<Redriven>('POST', '/v1/quarantine/redrive', { body });
    done += answer.items.length;
    for (const [name, count] of Object.entries(answer.counts)) counts[name] = (counts[name] ?? 0) + count;
    const progress = { done, left: answer.left, counts };
    onProgress(progress);
    cursor = answer.nextCursor;
    if (cursor === null) return progress;
  }
}
