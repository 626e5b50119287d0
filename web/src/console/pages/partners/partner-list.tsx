import { AppLink } from '../../../components/app-link.tsx';
import type { TreePartner } from './forest.ts';
import classes from './partner-list.module.css';

/** The same trees as nested lists: for those who do not look at a picture. */
export function PartnerNestedList({
  forest,
  noteOf,
}: {
  forest: readonly TreePartner[];
  noteOf?: (id: string) => string | undefined;
}) {
  return (
    <ul className={classes.list}>
      {forest.map(({ id, name, status, children }) => (
        <li key={id}>
          <AppLink className={classes.name ?? ''} href={`/partners/${id}`}>
            {name}
          </AppLink>
          <span className={classes.note}>
            {[status === 'suspended' ? 'suspended' : undefined, noteOf?.(id)]
              .filter((part) => part !== undefined)
              .join(' · ')}
          </span>
          {children.length > 0 && (
            <PartnerNestedList forest={children} {...(noteOf === undefined ? {} : { noteOf })} />
          )}
        </li>
      ))}
    </ul>
  );
}
