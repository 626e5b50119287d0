import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { AppLink } from './app-link.tsx';
import classes from './figure.module.css';
import { sparkPath } from './spark-path.ts';

interface FigureProps {
  readonly label: string;
  /** null while it is not known: its place is kept. */
  readonly value: string | null;
  readonly unit?: string;
  /** A change, an age, a hint. */
  readonly below?: ReactNode;
  /** Opens the rows behind the number. */
  readonly href?: string;
  /** Values over time, oldest first. */
  readonly history?: readonly number[];
}

/** One number that matters, with what it means; nothing beside it moves when it does. */
export function Figure({ label, value, unit, below, href, history }: FigureProps) {
  const number = (
    <span>
      {value} {unit !== undefined && <span className={classes.unit}>{unit}</span>}
    </span>
  );
  return (
    <div className={classes.figure}>
      <div className={classes.label}>{label}</div>
      <div className={classes.value}>
        {value === null ? (
          <Skeleton height={22} width={88} />
        ) : href === undefined ? (
          number
        ) : (
          <AppLink href={href} c="inherit" aria-label={`${label}: ${value} ${unit ?? ''}, open the rows`}>
            {number}
          </AppLink>
        )}
      </div>
      {history !== undefined && <Sparkline values={history} />}
      {below !== undefined && <div className={classes.below}>{below}</div>}
    </div>
  );
}

/** A line of values over time without axes; decoration beside a number that says the same. */
function Sparkline({ values }: { values: readonly number[] }) {
  return (
    <svg className={classes.spark} viewBox="0 0 120 28" preserveAspectRatio="none" aria-hidden>
      <path
        d={sparkPath(values, 120, 28)}
        fill="none"
        stroke="var(--mantine-primary-color-filled)"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
        strokeLinejoin="round"
      />
    </svg>
  );
}
