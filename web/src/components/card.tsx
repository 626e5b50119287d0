import type { ReactNode } from 'react';
import { useId } from 'react';
import classes from './card.module.css';

interface CardProps {
  readonly title: string;
  readonly aside?: ReactNode;
  /** The body reaches the edges, as a table does. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A part of a page with its heading. */
export function Card({ title, aside, flush = false, children }: CardProps) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 className={classes.title} id={id}>
          {title}
        </h2>
        {aside !== undefined && <div className={classes.aside}>{aside}</div>}
      </div>
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}

interface FactsProps {
  readonly rows: readonly (readonly [string, ReactNode])[];
  /** Side by side, each name above its value; else one below the other. */
  readonly inline?: boolean;
}

/** Names with their values, aligned. A null value leaves its row out. */
export function Facts({ rows, inline = false }: FactsProps) {
  return (
    <dl className={inline ? classes.inline : classes.facts}>
      {rows
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name} {...(inline ? {} : { style: { display: 'contents' } })}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
