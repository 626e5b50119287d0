import { useMemo } from 'react';
import type { RoadFigures } from '../../../api/types.ts';
import { Card } from '../../../components/card.tsx';
import { Chart } from '../../../components/chart.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { Figure } from '../../../components/figure.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { useRoad } from '../../../live/live-provider.tsx';
import { useProgram } from '../../program.ts';
import { ConservationCard } from './conservation-card.tsx';
import { MoneyCard } from './money-card.tsx';
import { RoadEmpty } from './road-empty.tsx';
import classes from './road-page.module.css';
import { RoadPicture } from './road-picture.tsx';
import { latencyParts, oldestOnRoad, shortAge } from './road-places.ts';

/** The road: what moves, where it stands, what left it and why. */
export function RoadPage() {
  const { programId } = useProgram();
  const { data, error, refetch } = useRoad(programId);
  const isEmpty = data !== undefined && data.stages.every(({ through }) => through.total === 0);
  return (
    <>
      <PageHeader
        title="Road"
        says="From what came in to what is booked. Every number opens the rows behind it."
      />
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Headline figures={data} />
          {isEmpty && <RoadEmpty />}
          <Card title="The way of the events">
            <RoadPicture stages={data?.stages} />
          </Card>
          <div className={classes.halves}>
            <ConservationCard figures={data?.conservation} />
            <MoneyCard money={data?.money} />
          </div>
          <Histories history={data?.history} />
        </>
      )}
    </>
  );
}

function Headline({ figures }: { figures: RoadFigures | undefined }) {
  const history = figures?.history ?? [];
  const onRoad = figures?.stages.reduce((sum, { inFlight }) => sum + inFlight, 0);
  const oldest = figures === undefined ? null : oldestOnRoad(figures.stages);
  return (
    <section className={classes.headline} aria-label="How the road moves">
      <Figure
        label="Throughput"
        value={figures === undefined ? null : figures.throughputPerSecond.toFixed(1)}
        unit="items / s"
        history={history.map(({ perSecond }) => perSecond)}
        href="/deliveries"
        below="received, over the last 10 s"
      />
      <LatencyFigure label="Latency, p50" figures={figures} quantile="p50Ms" />
      <LatencyFigure label="Latency, p99" figures={figures} quantile="p99Ms" />
      <Figure
        label="On the road now"
        value={onRoad === undefined ? null : wholeNumber(onRoad)}
        unit="events"
        href="/events?state=moving"
        below={
          figures === undefined
            ? ''
            : oldest === null
              ? 'nothing waits its turn'
              : `oldest ${shortAge(oldest)}`
        }
      />
      <Figure
        label="Decided within, p50"
        {...figureOf(figures === undefined ? null : figures.decisionLatency.p50Ms, figures !== undefined)}
        below={
          figures === undefined
            ? ''
            : figures.decisionLatency.p99Ms === null
              ? 'no decision of late'
              : `p99 ${spoken(figures.decisionLatency.p99Ms)}`
        }
      />
    </section>
  );
}

function LatencyFigure({
  label,
  figures,
  quantile,
}: {
  label: string;
  figures: RoadFigures | undefined;
  quantile: 'p50Ms' | 'p99Ms';
}) {
  return (
    <Figure
      label={label}
      {...figureOf(figures === undefined ? null : figures.latency[quantile], figures !== undefined)}
      history={(figures?.history ?? []).map((step) => step[quantile] ?? 0)}
      href="/commissions"
      below={
        figures === undefined
          ? ''
          : figures.latency.samples === 0
            ? 'nothing booked of late'
            : 'receipt to commission, 5 min'
      }
    />
  );
}

function figureOf(ms: number | null, isKnown: boolean): { value: string | null; unit?: string } {
  return isKnown ? latencyParts(ms) : { value: null };
}

function spoken(ms: number): string {
  const { value, unit = '' } = latencyParts(ms);
  return `${value} ${unit}`;
}

const NOTHING: RoadFigures['history'] = [];

function Histories({ history = NOTHING }: { history: RoadFigures['history'] | undefined }) {
  const times = useMemo(() => history.map(({ at }) => at), [history]);
  const flow = useMemo(
    () => [{ name: 'Items per second', values: history.map(({ perSecond }) => perSecond), area: true }],
    [history],
  );
  const latency = useMemo(
    () => [
      { name: 'p50', values: history.map(({ p50Ms }) => p50Ms) },
      { name: 'p99', values: history.map(({ p99Ms }) => p99Ms), colorVar: '--tone-changed-mark' },
    ],
    [history],
  );
  return (
    <div className={classes.halves}>
      <Card
        title="Received, last ten minutes"
        aside={<span className={classes.aside}>items per second</span>}
      >
        <Chart
          label="Items received per second over the last ten minutes"
          times={times}
          series={flow}
          unit="/ s"
          height={160}
        />
      </Card>
      <Card
        title="Receipt to commission, last ten minutes"
        aside={
          <span className={classes.legend}>
            <i style={{ background: 'var(--mark-line)' }} /> p50{' '}
            <i style={{ background: 'var(--tone-changed-mark)' }} /> p99, ms
          </span>
        }
      >
        <Chart
          label="Latency from receipt to commission over the last ten minutes"
          times={times}
          series={latency}
          unit="ms"
          height={160}
        />
      </Card>
    </div>
  );
}
