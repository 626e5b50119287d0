import { DIFFERENCE_KINDS } from './facts.ts';
import type { Difference, DifferenceKind } from './facts.ts';

/** What was found, and how much was looked at. */
export interface VerifyReport {
  /** True when everything that was compared agrees. */
  readonly ok: boolean;
  /** One entry per kind of difference: how many, and the first in words. */
  readonly differences: readonly {
    readonly kind: DifferenceKind;
    readonly count: number;
    readonly first: string;
  }[];
  readonly examined: {
    readonly deliveries: number;
    readonly events: number;
    readonly customers: number;
    readonly journalRows: number;
    readonly decisions: number;
    /** Sealed blocks of the books and of the audit trail. */
    readonly blocks: number;
  };
  /** Left out of the comparison, because it is on its way or failed. */
  readonly leftOut: {
    readonly events: number;
    readonly customers: number;
    readonly failedEvents: number;
    readonly failedPlacements: number;
    readonly sentLines: number;
  };
  /** Deliveries whose raw bytes are gone: their events were taken as they had been mapped (rules.md 1.9). */
  readonly erasedDeliveries: number;
}

export interface DifferenceBook {
  add(difference: Difference): void;
  list(): VerifyReport['differences'];
}

/** Counts differences by kind and keeps the first of each. */
export function createDifferenceBook(): DifferenceBook {
  const found = new Map<DifferenceKind, { count: number; first: string }>();
  return {
    add({ kind, sentence }) {
      const known = found.get(kind);
      if (known === undefined) found.set(kind, { count: 1, first: sentence });
      else known.count += 1;
    },
    list: () =>
      DIFFERENCE_KINDS.flatMap((kind) => {
        const entry = found.get(kind);
        return entry === undefined ? [] : [{ kind, ...entry }];
      }),
  };
}

/** The report as lines of text, for a terminal. */
export function sayReport(report: VerifyReport): string[] {
  const { examined, leftOut } = report;
  const said = [
    `Rebuilt from ${examined.deliveries} deliveries: ${examined.events} events, ${examined.customers} customers; compared with ${examined.journalRows} journal rows and ${examined.decisions} decisions; ${examined.blocks} sealed blocks were read again.`,
  ];
  if (report.erasedDeliveries > 0)
    said.push(
      `${report.erasedDeliveries} of them have no raw bytes any more; their events were taken as they had been mapped.`,
    );
  if (leftOut.failedEvents + leftOut.failedPlacements > 0)
    said.push(`Failed and left out: ${leftOut.failedEvents} events, ${leftOut.failedPlacements} placements.`);
  if (leftOut.events + leftOut.customers + leftOut.sentLines > 0) {
    said.push(
      `On its way and left out: ${leftOut.events} events, ${leftOut.customers} customers; ${leftOut.sentLines} lines are sent and not posted. Quiesce and verify again to compare everything.`,
    );
  }
  for (const { kind, count, first } of report.differences) {
    said.push(`DIFFERENT ${kind.replaceAll('_', ' ')} (${count}): ${first}`);
  }
  said.push(report.ok ? 'The books agree with the evidence.' : 'The books do not agree with the evidence.');
  return said;
}
