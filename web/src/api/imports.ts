import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { callApi, sendBytes } from './client.ts';
import type { ProblemError } from './client.ts';
import type { FileImport, FilePreview, Page } from './types.ts';

/** Bytes that are sent at once: one request ends well within its minute on any line. */
const PART_BYTES = 8 << 20;

const room = (source: string): string => `/v1/sources/${encodeURIComponent(source)}/imports`;

/** The newest imports of a source; read again each second while one of them runs. */
export function useImports(source: string | null): UseQueryResult<Page<FileImport>, ProblemError> {
  return useQuery<Page<FileImport>, ProblemError>({
    queryKey: ['imports', source],
    queryFn: ({ signal }) => callApi('GET', room(source ?? ''), { query: { limit: 50 }, signal }),
    enabled: source !== null,
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === 'running') === true ? 1_000 : 10_000,
  });
}

/** The first rows of a file as they would be taken. */
export function useImportPreview(
  source: string,
  id: string | null,
): UseQueryResult<FilePreview, ProblemError> {
  return useQuery<FilePreview, ProblemError>({
    queryKey: ['import-preview', source, id],
    queryFn: ({ signal }) => callApi('GET', `${room(source)}/${id ?? ''}/preview`, { signal }),
    enabled: id !== null,
  });
}

/** Sends a file in parts; the answer is the import, ready to be looked at. */
export function useUpload(
  source: string,
  onSent: (share: number) => void,
): UseMutationResult<FileImport, ProblemError, File> {
  const client = useQueryClient();
  return useMutation<FileImport, ProblemError, File>({
    mutationFn: async (file) => {
      let at = await callApi<FileImport>('POST', room(source), { query: { parts: 'true', name: file.name } });
      while (at.state === 'uploading') {
        const end = Math.min(at.receivedBytes + PART_BYTES, file.size);
        const query = { offset: at.receivedBytes, ...(end === file.size ? { last: 'true' } : {}) };
        at = await sendBytes<FileImport>(
          `${room(source)}/${at.id}/content`,
          query,
          file.slice(at.receivedBytes, end),
        );
        onSent(file.size === 0 ? 1 : end / file.size);
      }
      return at;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['imports', source] }),
  });
}

export type ImportAct = 'start' | 'try' | 'approve' | 'cancel' | 'resume';

/** Does something with an import. */
export function useImportAct(
  source: string,
): UseMutationResult<FileImport, ProblemError, { id: string; act: ImportAct }> {
  const client = useQueryClient();
  return useMutation<FileImport, ProblemError, { id: string; act: ImportAct }>({
    mutationFn: ({ id, act }) =>
      callApi(
        'POST',
        `${room(source)}/${id}/${act === 'try' ? 'start' : act}`,
        act === 'try' ? { query: { dryRun: 'true' } } : {},
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['imports', source] }),
  });
}

/** Where the rows that were not taken can be downloaded. */
export function errorsAddress(source: string, id: string): string {
  return `${room(source)}/${id}/errors.csv`;
}
