import { Skeleton } from '@mantine/core';
import type { RoadFigures } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { Money } from '../../../components/money.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import classes from './road-page.module.css';

const STATES = ['accrued', 'held', 'approved'] as const;

/** What has been booked, by what became of it. */
export function MoneyCard({ money }: { money: RoadFigures['money'] | undefined }) {
  return (
    <Card
      title="Commission booked"
      aside={
        <AppLink href="/commissions" fz="sm">
          All commissions
        </AppLink>
      }
    >
      {money === undefined ? (
        <Skeleton height={84} />
      ) : money.length === 0 ? (
        <p className={classes.none}>
          Nothing is booked yet. The first trade or deposit that counts stands here at once.
        </p>
      ) : (
        <ul className={classes.currencies}>
          {money.map((row) => (
            <li key={row.currency}>
              <h3>{row.currency}</h3>
              <dl className={classes.money}>
                {STATES.map((state) => (
                  <div key={state}>
                    <dt>
                      <StateBadge state={state} />
                    </dt>
                    <dd>
                      <AppLink href={`/commissions?state=${state}`} c="inherit">
                        <Money amount={row[state].amount} currency={row[state].currency} />
                      </AppLink>
                    </dd>
                  </div>
                ))}
              </dl>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
