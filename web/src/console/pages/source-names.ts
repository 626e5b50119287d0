import { useSources } from '../../api/resources.ts';
import type { Source } from '../../api/types.ts';
import { useProgram } from '../program.ts';

export interface SourceNames {
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** The source of an id, when it is known yet. */
  readonly byId: (id: string) => Source | undefined;
}

/** The sources of the chosen program, to choose from and to name. */
export function useSourceNames(): SourceNames {
  const { programId } = useProgram();
  const { data } = useSources(programId);
  const sources = data?.items ?? [];
  return {
    options: sources.map(({ slug, name }) => ({ value: slug, label: name })),
    byId: (id) => sources.find((source) => source.id === id),
  };
}
