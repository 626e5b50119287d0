import type { Moved, RoadMeter, Transition } from './facts.ts';
import { emptyHistogram, observe } from '../../kernel/histogram.ts';

/** Events whose receipt is remembered until they are decided; beyond it the oldest are forgotten, and only their latency is lost. */
const MOST_REMEMBERED = 200_000;

interface Own {
  readonly counts: Map<string, number>;
  readonly decidedMs: number[];
  readonly bookedMs: number[];
}

/**
 * Counts in memory what one process moves. Latency is measured for events that this process carries all the way from the
 * evidence to the books, in real time: the settable clock of a sandbox does not reach it.
 */
export function createMeter(mostRemembered = MOST_REMEMBERED): RoadMeter {
  let programs = new Map<string, Own>();
  const receipts = new Map<string, number>();

  const ownOf = (programId: string): Own => {
    let own = programs.get(programId);
    if (own === undefined) {
      own = { counts: new Map(), decidedMs: emptyHistogram(), bookedMs: emptyHistogram() };
      programs.set(programId, own);
    }
    return own;
  };
  const add = ({ counts }: Own, name: string, by: number): void => {
    counts.set(name, (counts.get(name) ?? 0) + by);
  };
  const count = (own: Own, { from, to }: Transition): void => {
    if (from.state === 'pending') add(own, 'placed', 1);
    else countStanding(own, from, -1);
    countStanding(own, to, 1);
  };
  const countStanding = (own: Own, { state, reason }: Transition['to'], by: number): void => {
    if (state === 'withdrawn') add(own, 'placed', -by);
    else add(own, state, by);
    if (reason !== null) add(own, `reason:${state}:${reason}`, by);
  };

  return {
    stored(programId, dispositions) {
      const own = ownOf(programId);
      add(own, 'items', dispositions.length);
      for (const disposition of dispositions) add(own, `item:${disposition}`, 1);
    },
    arrived(workId, eventIds) {
      const receivedMs = Number.parseInt(workId.slice(0, 8) + workId.slice(9, 13), 16);
      for (const id of eventIds) receipts.set(id, receivedMs);
      for (const id of receipts.keys()) {
        if (receipts.size <= mostRemembered) break;
        receipts.delete(id);
      }
    },
    decided(programId, transitions, nowMs) {
      const own = ownOf(programId);
      for (const transition of transitions) {
        count(own, transition);
        const receivedMs = receipts.get(transition.eventId);
        if (receivedMs === undefined || transition.from.state !== 'pending') continue;
        observe(own.decidedMs, nowMs - receivedMs);
        if (!transition.pays) receipts.delete(transition.eventId);
      }
    },
    booked(programId, eventIds, nowMs) {
      const own = ownOf(programId);
      add(own, 'booked', eventIds.length);
      for (const id of eventIds) {
        const receivedMs = id === null ? undefined : receipts.get(id);
        if (receivedMs !== undefined) observe(own.bookedMs, nowMs - receivedMs);
      }
      for (const id of eventIds) if (id !== null) receipts.delete(id);
    },
    take() {
      const taken = [...programs].map(([programId, own]): Moved => ({
        programId,
        counts: Object.fromEntries([...own.counts].filter(([, n]) => n !== 0)),
        decidedMs: own.decidedMs,
        bookedMs: own.bookedMs,
      }));
      programs = new Map();
      return taken.filter(({ counts }) => Object.keys(counts).length > 0);
    },
  };
}
