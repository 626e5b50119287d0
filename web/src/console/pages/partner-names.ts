import { useOne } from '../../api/resources.ts';
import type { Page, Partner } from '../../api/types.ts';
import { useProgram } from '../program.ts';

export interface PartnerNames {
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** The name of an id, when it is among the first two hundred; others are shown by their id. */
  readonly byId: (id: string) => string | undefined;
}

/** The partners of the chosen program, to choose from and to name. */
export function usePartnerNames(): PartnerNames {
  const { programId } = useProgram();
  const { data } = useOne<Page<Partner>>('/v1/partners', {
    query: { limit: 200, programId },
    staleTime: 30_000,
  });
  const partners = data?.items ?? [];
  return {
    options: partners
      .map(({ id, name }) => ({ value: id, label: name }))
      .toSorted((a, b) => a.label.localeCompare(b.label)),
    byId: (id) => partners.find((partner) => partner.id === id)?.name,
  };
}
