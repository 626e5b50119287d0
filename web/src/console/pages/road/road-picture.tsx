import { Skeleton, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowBarRight, IconClockPause, IconHourglass } from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import type { RoadFigures } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { shortNumber, wholeNumber } from '../../../components/number-format.ts';
import { RIBBON_WIDTH, ribbonPath, thicknesses } from './ribbon.ts';
import classes from './road-picture.module.css';
import { placeOfRows, shortAge, wordsOfReason } from './road-places.ts';

type Stage = RoadFigures['stages'][number];
type Exit = Stage['exits'][number];

const RIBBON_HEIGHT = 76;
const SHOWN_EXITS = 4;
/** How long a stage may hold something before its age is worth a look. */
const OLD_SECONDS = 30;

const EXIT_MARKS: Readonly<
  Record<Exit['kind'], { readonly icon: Icon; readonly tone: string; readonly word: string }>
> = {
  left: { icon: IconArrowBarRight, tone: 'quiet', word: 'left the road here' },
  waits: { icon: IconHourglass, tone: 'waiting', word: 'waits here' },
  held: { icon: IconClockPause, tone: 'waiting', word: 'held here' },
  failed: { icon: IconAlertTriangle, tone: 'bad', word: 'failed here' },
};

// What stands there before the first figures come, so that nothing moves when they do.
const STAGE_LABELS = [
  'Received',
  'Understood',
  'Customer found',
  'Trades assembled',
  'Partner found',
  'Qualified',
  'Commission computed',
  'Booked',
];

/** The stages in their order: main way through, exits to the side. Beside each other where there is room, else below each other. */
export function RoadPicture({ stages }: { stages: readonly Stage[] | undefined }) {
  const widths = thicknesses(
    stages?.map(({ through }) => through.total) ?? STAGE_LABELS.map(() => 0),
    10,
    RIBBON_HEIGHT - 8,
  );
  const isMoving = stages?.some(({ through }) => through.lastMinute > 0) ?? false;
  return (
    <div className={classes.place}>
      <div className={classes.picture} data-moving={isMoving}>
        <Ribbon widths={widths} />
        <ol className={classes.stages} aria-label="Stages of the road, in order">
          {stages === undefined
            ? STAGE_LABELS.map((label) => <WaitingStage key={label} label={label} />)
            : stages.map((stage) => <StageView key={stage.stage} stage={stage} />)}
        </ol>
      </div>
    </div>
  );
}

function Ribbon({ widths }: { widths: readonly number[] }) {
  const middle = RIBBON_HEIGHT / 2;
  return (
    <svg
      className={classes.ribbon}
      viewBox={`0 0 ${RIBBON_WIDTH} ${RIBBON_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      <path className={classes.band} d={ribbonPath(widths, RIBBON_HEIGHT)} />
      {[-1, 0, 1].map((lane) => (
        <line
          key={lane}
          className={classes.flow}
          data-lane={lane}
          x1={0}
          x2={RIBBON_WIDTH}
          y1={middle + lane * 5}
          y2={middle + lane * 5}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}

function StageView({ stage }: { stage: Stage }) {
  const rows = placeOfRows(stage.rows);
  const shown = stage.exits.filter(({ count }) => count > 0);
  return (
    <li className={classes.stage} data-busy={stage.inFlight > 0}>
      <div className={classes.head}>
        <h3 className={classes.label}>{stage.label}</h3>
        <AppLink
          href={rows}
          c="inherit"
          className={classes.total ?? ''}
          aria-label={`${shortNumber(stage.through.total)} through ${stage.label}, open the rows`}
          title={wholeNumber(stage.through.total)}
        >
          {shortNumber(stage.through.total)}
        </AppLink>
        <div className={classes.minute}>+{shortNumber(stage.through.lastMinute)} / min</div>
      </div>
      <div className={classes.node} aria-hidden />
      <Standing stage={stage} />
      <ul className={classes.exits} aria-label={`Exits at ${stage.label}`}>
        {shown.slice(0, SHOWN_EXITS).map((exit) => (
          <ExitView key={`${exit.kind}-${exit.reason}`} exit={exit} />
        ))}
        {shown.length > SHOWN_EXITS && <MoreExits exits={shown.slice(SHOWN_EXITS)} />}
      </ul>
    </li>
  );
}

/** What is at the stage now, and how long the oldest of it has been. */
function Standing({ stage: { inFlight, oldestAgeSeconds } }: { stage: Stage }) {
  const isOld = oldestAgeSeconds !== null && oldestAgeSeconds >= OLD_SECONDS;
  return (
    <div className={classes.standing} data-old={isOld}>
      {inFlight === 0 ? (
        <span className={classes.clear}>clear</span>
      ) : (
        <>
          <AppLink href="/events?state=moving" c="inherit" className={classes.queue ?? ''}>
            {shortNumber(inFlight)} here
          </AppLink>
          <span className={classes.age}>
            {isOld && <IconAlertTriangle size={12} aria-hidden />}
            {oldestAgeSeconds === null ? '' : `oldest ${shortAge(oldestAgeSeconds)}`}
          </span>
        </>
      )}
    </div>
  );
}

function ExitView({ exit }: { exit: Exit }) {
  const { icon: Picture, tone, word } = EXIT_MARKS[exit.kind];
  return (
    <li>
      <Tooltip label={`${exit.sentence} (${word})`} multiline maw={300}>
        <AppLink href={placeOfRows(exit.rows)} c="inherit" underline="never" className={classes.exit ?? ''}>
          <Picture size={14} color={`var(--tone-${tone}-mark)`} aria-hidden />
          <span className={classes.reason}>{wordsOfReason(exit.reason)}</span>
          <span className={classes.count}>{shortNumber(exit.count)}</span>
          <span className="visually-hidden">
            , {word}: {exit.sentence}
          </span>
        </AppLink>
      </Tooltip>
    </li>
  );
}

function MoreExits({ exits }: { exits: readonly Exit[] }) {
  const count = exits.reduce((sum, exit) => sum + exit.count, 0);
  const words = exits.map((exit) => `${shortNumber(exit.count)} ${wordsOfReason(exit.reason)}`).join(', ');
  const first = exits[0];
  return first === undefined ? null : (
    <li>
      <Tooltip label={words} multiline maw={300}>
        <AppLink href={`/${first.rows.list}`} c="inherit" underline="never" className={classes.exit ?? ''}>
          <IconArrowBarRight size={14} color="var(--tone-quiet-mark)" aria-hidden />
          <span className={classes.reason}>{exits.length} more</span>
          <span className={classes.count}>{shortNumber(count)}</span>
        </AppLink>
      </Tooltip>
    </li>
  );
}

function WaitingStage({ label }: { label: string }) {
  return (
    <li className={classes.stage} aria-busy>
      <div className={classes.head}>
        <h3 className={classes.label}>{label}</h3>
        <div className={classes.total}>
          <Skeleton height={18} width={56} />
        </div>
        <div className={classes.minute} />
      </div>
      <div className={classes.node} aria-hidden />
      <div className={classes.standing} />
      <ul className={classes.exits} />
    </li>
  );
}
