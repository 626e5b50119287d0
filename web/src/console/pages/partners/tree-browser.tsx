import { Button } from '@mantine/core';
import type { childrenPage } from '@plumbline/contract';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useRows } from '../../../api/resources.ts';
import type { Wire } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import classes from './tree-browser.module.css';

type Child = Wire<typeof childrenPage>['items'][number];

const AT_ONCE = 50;

interface LevelProps {
  readonly programId: string;
  /** Absent: those at the top. */
  readonly parentId?: string;
  readonly label: string;
}

/** A tree of any size, level by level: what nobody has opened is not loaded, and what is out of sight is not drawn. */
export function TreeBrowser({ programId, parentId, label }: LevelProps) {
  const { rows, query } = useRows<Child>('/v1/partner-tree', { programId, parentId, limit: AT_ONCE });
  if (query.isError && query.error !== null)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <ul className={classes.level} aria-label={label} aria-busy={query.isPending}>
        {query.isPending && <li className={classes.note}>Loading …</li>}
        {rows.map((child) => (
          <Branch key={child.id} child={child} programId={programId} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          size="compact-xs"
          variant="default"
          className={classes.more ?? ''}
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {AT_ONCE} more {label}
        </Button>
      )}
    </>
  );
}

function Branch({ child, programId }: { readonly child: Child; readonly programId: string }) {
  const { id, name, status, below } = child;
  const [isOpen, setOpen] = useState(false);
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  const note = [
    status === 'suspended' ? 'suspended' : undefined,
    below === 0 ? undefined : `${wholeNumber(below)} directly below`,
  ].filter((part) => part !== undefined);
  return (
    <li className={classes.branch}>
      {below > 0 ? (
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={isOpen}
          aria-label={`${isOpen ? 'Close' : 'Open'} those below ${name}`}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon size={15} aria-hidden />
        </button>
      ) : (
        <span className={classes.toggle} />
      )}
      <AppLink className={classes.name ?? ''} href={`/partners/${id}`}>
        {name}
      </AppLink>
      <span className={classes.note}>{note.join(' · ')}</span>
      {isOpen && <TreeBrowser programId={programId} parentId={id} label={`below ${name}`} />}
    </li>
  );
}
