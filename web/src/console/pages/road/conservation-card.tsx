import { Collapse, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconChevronDown, IconCircleCheck } from '@tabler/icons-react';
import { useId } from 'react';
import type { RoadFigures } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { NextStep } from '../../../components/reason.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { eventEquation, itemEquation, sayConservation } from './conservation-words.ts';
import type { Equation } from './conservation-words.ts';
import classes from './road-page.module.css';

interface ConservationCardProps {
  /** undefined: not asked yet; null: the server has not counted yet. */
  readonly figures: RoadFigures['conservation'] | undefined;
}

/** Whether everything that came in is in exactly one place, in one sentence; the equations on demand. */
export function ConservationCard({ figures }: ConservationCardProps) {
  return (
    <Card
      title="Conservation"
      aside={
        figures === undefined || figures === null ? undefined : (
          <span className={classes.aside}>
            counted <TimeText at={figures.asOf} as="age" />
          </span>
        )
      }
    >
      <div className={classes.conservation}>
        {figures === undefined ? (
          <Skeleton height={44} />
        ) : figures === null ? (
          <p className={classes.verdict}>
            The first exact count is being made; it stands here within ten seconds.
          </p>
        ) : (
          <Verdict figures={figures} />
        )}
      </div>
    </Card>
  );
}

function Verdict({ figures }: { figures: NonNullable<RoadFigures['conservation']> }) {
  const [opened, { toggle }] = useDisclosure(false);
  const id = useId();
  const Mark = figures.holds ? IconCircleCheck : IconAlertTriangle;
  return (
    <>
      <p className={classes.verdict} data-holds={figures.holds}>
        <Mark size={20} aria-label={figures.holds ? 'Holds' : 'Does not hold'} role="img" />
        <span>{sayConservation(figures)}</span>
      </p>
      {!figures.holds && (
        <NextStep>
          Run <code>node server/bin/plumbline.mjs verify</code> on the server; it names each row that differs.
        </NextStep>
      )}
      <button
        type="button"
        className={classes.toggle}
        aria-expanded={opened}
        aria-controls={id}
        onClick={toggle}
      >
        <IconChevronDown size={16} aria-hidden data-opened={opened} />
        The two equations
      </button>
      <Collapse expanded={opened} id={id}>
        <div className={classes.equations}>
          <EquationView equation={itemEquation(figures)} />
          <EquationView equation={eventEquation(figures)} />
        </div>
      </Collapse>
    </>
  );
}

function EquationView({ equation: { total, parts, holds } }: { equation: Equation }) {
  return (
    <p className={classes.equation}>
      <AppLink href={total.href} c="inherit">
        <b>{wholeNumber(total.count)}</b> {total.word}
      </AppLink>{' '}
      <span aria-label={holds ? 'equals' : 'does not equal'}>{holds ? '=' : '≠'}</span>{' '}
      {parts.map(({ count, word, href }, index) => (
        <span key={word}>
          {index > 0 && ' + '}
          <AppLink href={href} c="inherit">
            <b>{wholeNumber(count)}</b> {word}
          </AppLink>
        </span>
      ))}
      {parts.length === 0 && '0'}
    </p>
  );
}
