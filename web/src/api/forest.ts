import type { childrenPage, treeReply } from '@plumbline/contract';
import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { callApi } from './client.ts';
import type { ProblemError } from './client.ts';
import type { Wire } from './types.ts';

type Tree = Wire<typeof treeReply>;

/** Most trees of one program that are read for a picture. */
const MOST_TREES = 20;

/** All trees of a program; null when there are too many of them, or one that the server does not give whole. */
export function useForest(programId: string): UseQueryResult<readonly Tree['root'][] | null, ProblemError> {
  return useQuery<readonly Tree['root'][] | null, ProblemError>({
    queryKey: ['forest', programId],
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const query = { programId, limit: MOST_TREES };
      const top = await callApi<Wire<typeof childrenPage>>('GET', '/v1/partner-tree', { query, signal });
      if (top.total > MOST_TREES) return null;
      const trees: Tree['root'][] = [];
      for (const { id } of top.items) {
        const tree = await callApi<Tree>('GET', `/v1/partners/${id}/tree`, { signal });
        if (!tree.complete) return null;
        trees.push(tree.root);
      }
      return trees;
    },
  });
}
