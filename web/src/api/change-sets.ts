import type { changeSetReply } from '@plumbline/contract';
import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { callApi } from './client.ts';
import type { ProblemError, QueryValues } from './client.ts';
import { useRows } from './resources.ts';
import type { RowList } from './resources.ts';
import type { Wire } from './types.ts';

export type ChangeSet = Wire<typeof changeSetReply>;

export const useChangeSets = (query: QueryValues): RowList<ChangeSet> =>
  useRows<ChangeSet>('/v1/change-sets', query);

/** Somebody else may agree while it is looked at. */
const LOOK_AGAIN_MS: Readonly<Partial<Record<ChangeSet['state'], number>>> = {
  running: 500,
  proposed: 4_000,
};

/** A change set, read again while it waits and while it is being applied. */
export function useChangeSet(id: string): UseQueryResult<ChangeSet, ProblemError> {
  return useQuery<ChangeSet, ProblemError>({
    queryKey: ['one', 'change-set', id],
    queryFn: ({ signal }) => callApi<ChangeSet>('GET', `/v1/change-sets/${id}`, { signal }),
    refetchInterval: ({ state }) =>
      state.data === undefined ? false : (LOOK_AGAIN_MS[state.data.state] ?? false),
  });
}
