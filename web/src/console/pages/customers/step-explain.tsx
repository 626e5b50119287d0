import { Skeleton } from '@mantine/core';
import { useEventExplanation } from '../../../api/resources.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { ExplainTree, Sentences } from '../../../components/explain-tree.tsx';
import classes from './journey.module.css';

/** Why a step is as it is: the sentences, then the facts; asked for when it is opened. */
export function StepExplain({ eventId }: { eventId: string }) {
  const { data, error, refetch } = useEventExplanation(eventId);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <div className={classes.explain}>
      {data === undefined ? (
        <Skeleton height={160} />
      ) : (
        <>
          <Sentences sentences={data.sentences.operator} />
          <ExplainTree root={data.tree} openLevels={0} />
          <AppLink href={`/events/${eventId}`}>Open the event with its revisions</AppLink>
        </>
      )}
    </div>
  );
}
