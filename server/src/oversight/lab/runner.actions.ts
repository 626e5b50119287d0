// Runs of the lab in the background of this process, one after the other: a run is for a person who waits, never for the doors.
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Db } from '../../platform/db.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { LabDraft, LabResult } from './facts.ts';
import { endLabRun, keepAlive, reportLabProgress } from './lab.store.ts';
import { findLabRun } from './lab.views.ts';
import type { StoredDraft } from './facts.ts';
import { runLab } from './run-lab.actions.ts';

export interface LabRunnerDeps {
  readonly db: Db;
  readonly now: () => Instant;
  readonly getProgram: (programId: string) => Promise<ProgramSnapshot>;
  readonly log: { warn(fields: object, message: string): void };
}

export interface LabRunner {
  /** Queues a stored run. */
  start(id: string): void;
}

const REPORT_EVERY_MS = 500;

class RunEnded extends Error {}

export function createLabRunner(deps: LabRunnerDeps): LabRunner {
  const waiting = new Set<string>();
  let queue: Promise<void> = Promise.resolve();
  const run = async (id: string): Promise<void> => {
    waiting.delete(id);
    try {
      const result = await runStored(deps, id, waiting);
      await deps.db.reference((tx) => endLabRun(tx, id, { result }));
    } catch (error) {
      if (error instanceof RunEnded) return;
      deps.log.warn({ err: error, run: id }, 'a run of the deal lab failed');
      const said = error instanceof Error ? error.message.slice(0, 500) : 'it failed';
      await deps.db.reference((tx) => endLabRun(tx, id, { error: said })).catch(() => undefined);
    }
  };
  return {
    start(id) {
      waiting.add(id);
      queue = queue.then(() => run(id));
    },
  };
}

async function runStored(deps: LabRunnerDeps, id: string, waiting: ReadonlySet<string>): Promise<LabResult> {
  const row = await deps.db.reference((tx) => findLabRun(tx, id));
  if (row?.state !== 'running') throw new RunEnded();
  let reported = 0;
  return runLab(deps.db, {
    program: await deps.getProgram(row.program_id),
    draft: readDraft(row.draft),
    id,
    now: deps.now(),
    onProgress: async (stage, done, total) => {
      if (performance.now() - reported < REPORT_EVERY_MS) return;
      reported = performance.now();
      const isWanted = await deps.db.reference(async (tx) => {
        if (waiting.size > 0) await keepAlive(tx, [...waiting]);
        return reportLabProgress(tx, id, { stage, done, total });
      });
      if (!isWanted) throw new RunEnded();
    },
  });
}

function readDraft({ deal, move }: StoredDraft): LabDraft {
  return {
    deal:
      deal === null
        ? null
        : {
            partnerId: deal.partnerId,
            from: deal.from === null ? (Number.NEGATIVE_INFINITY as Instant) : instantFromIso(deal.from),
            document: deal.document,
          },
    move: move === null ? null : { ...move, from: instantFromIso(move.from) },
  };
}
