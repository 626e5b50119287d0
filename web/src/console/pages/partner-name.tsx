import { AppLink } from '../../components/app-link.tsx';
import { IdChip } from '../../components/id-chip.tsx';
import type { PartnerNames } from './partner-names.ts';

/** A partner by name, leading to its page; by id while the name is not known. */
export function PartnerName({
  id,
  names,
  none = 'organic',
}: {
  id: string | null;
  names: PartnerNames;
  none?: string;
}) {
  if (id === null) return <span style={{ color: 'var(--text-faint)' }}>{none}</span>;
  const name = names.byId(id);
  return name === undefined ? (
    <IdChip id={id} />
  ) : (
    <AppLink href={`/partners/${id}`} onClick={(event) => event.stopPropagation()}>
      {name}
    </AppLink>
  );
}
