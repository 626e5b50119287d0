import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import classes from './door.module.css';
import { Mark } from './mark.tsx';

/** The frame of the pages before the sign-in. */
export function Door({
  title,
  says,
  children,
  foot,
}: {
  title: string;
  says: ReactNode;
  children: ReactNode;
  foot?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Plumbline`;
  }, [title]);
  return (
    <main className={classes.door}>
      <div className={classes.card}>
        <div className={classes.head}>
          <div className={classes.brand}>
            <Mark size={26} />
            Plumbline
          </div>
          <Title order={1}>{title}</Title>
          <Text size="sm" c="var(--text-soft)">
            {says}
          </Text>
        </div>
        {children}
        {foot !== undefined && <div className={classes.foot}>{foot}</div>}
      </div>
    </main>
  );
}
