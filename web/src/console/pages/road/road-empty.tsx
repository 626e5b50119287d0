import { Code } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { AppLink } from '../../../components/app-link.tsx';
import classes from './road-page.module.css';

/** What to do while the road is empty. */
export function RoadEmpty() {
  return (
    <section className={classes.empty} aria-label="What to do first">
      <IconRoute size={24} stroke={1.5} color="var(--mark-line)" aria-hidden />
      <div>
        <b>Nothing has come in yet.</b> To see the road move, run <Code>npm run demo</Code>. To connect a
        system of your own, make a source and send it something; what comes in stands at once under{' '}
        <AppLink underline="always" href="/deliveries">
          Deliveries
        </AppLink>
        .
      </div>
    </section>
  );
}
