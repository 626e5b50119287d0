import { Skeleton, Text } from '@mantine/core';
import { useCustomerAttribution } from '../../../api/identity.ts';
import type { CustomerAttribution } from '../../../api/identity.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import classes from './attribution-card.module.css';

type Bond = CustomerAttribution['bonds'][number];
type Candidate = Bond['losers'][number];

/** Whose the customer is over time, and everybody who could have been it, with the reason in words. */
export function AttributionCard({ customerId }: { customerId: string }) {
  const { data, error, refetch } = useCustomerAttribution(customerId);
  return (
    <Card
      title="Whose customer"
      aside={<AppLink href={`/reassignments?customer=${customerId}`}>Give to another partner</AppLink>}
    >
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton height={96} />
      ) : (
        <>
          {data.bonds.length === 0 && (
            <Text size="sm">Nobody's: the customer has not registered, and nobody was said by hand.</Text>
          )}
          <ol className={classes.bonds}>
            {data.bonds.map((bond) => (
              <BondView key={bond.from ?? 'always'} bond={bond} />
            ))}
          </ol>
          <Text size="sm" c="var(--text-soft)">
            {data.countrySentence}
          </Text>
          {!data.settled && (
            <Text size="sm" role="status">
              Something was written that is being decided now; this page shows it in a moment.
            </Text>
          )}
        </>
      )}
    </Card>
  );
}

function BondView({ bond }: { bond: Bond }) {
  return (
    <li>
      <Text size="sm" fw={600}>
        From <TimeText at={bond.from} as="full" none="the beginning" />
      </Text>
      <Text size="sm">
        {bond.sentence}
        {bond.partnerId !== null && (
          <>
            {' '}
            <AppLink underline="always" href={`/partners/${bond.partnerId}`}>
              Its partner
            </AppLink>
          </>
        )}
      </Text>
      {bond.losers.length > 0 && (
        <>
          <Text size="sm" c="var(--text-soft)" mt={6}>
            {bond.losers.length === 1
              ? 'Another candidate lost:'
              : `${bond.losers.length} other candidates lost:`}
          </Text>
          <ul className={classes.losers} aria-label="Candidates that lost">
            {bond.losers.map((loser, index) => (
              <LoserView key={`${loser.at ?? ''}-${index}`} loser={loser} />
            ))}
          </ul>
        </>
      )}
    </li>
  );
}

function LoserView({ loser }: { loser: Candidate }) {
  return (
    <li>
      {loser.sentence}{' '}
      {loser.at !== null && (
        <span className={classes.when}>
          <TimeText at={loser.at} />
        </span>
      )}
    </li>
  );
}
