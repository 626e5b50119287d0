// Runs trials in the background of this process, one after the other: a trial is for a person who waits, never for the doors.
import type { Instant } from '../../kernel/instant.ts';
import { compileMapping, listDoubts } from '../../pipeline/mapping/index.ts';
import type { VerifiedClick } from '../../pipeline/intake/index.ts';
import type { Db } from '../../platform/db.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { listMappingVersions } from '../../registry/index.ts';
import { runTrial } from './trial.actions.ts';
import { endTrial, reportProgress } from './trial.store.ts';
import { findTrial, findTriedSource } from './trial.views.ts';

export interface RunnerDeps {
  readonly db: Db;
  readonly now: () => Instant;
  readonly verifyClick: (clickId: string) => VerifiedClick | undefined;
  readonly getProgram: (programId: string) => Promise<ProgramSnapshot>;
  readonly log: { warn(fields: object, message: string): void };
}

export interface TrialRunner {
  /** Queues a stored trial. */
  start(id: string): void;
  /** Ends what runs; stored runs are then marked as failed. */
  close(): Promise<void>;
}

const REPORT_EVERY_MS = 500;

class TrialEnded extends Error {}

export function createTrialRunner(deps: RunnerDeps): TrialRunner {
  let closed = false;
  let queue: Promise<void> = Promise.resolve();
  const run = async (id: string): Promise<void> => {
    try {
      const result = await runStored(deps, id, () => closed);
      await deps.db.reference((tx) => endTrial(tx, id, { result }));
    } catch (error) {
      if (!closed && error instanceof TrialEnded) return;
      const said = closed ? 'the server was stopped; start it again' : sayError(error);
      if (!closed) deps.log.warn({ err: error, trial: id }, 'a trial failed');
      await deps.db.reference((tx) => endTrial(tx, id, { error: said })).catch(() => undefined);
    }
  };
  return {
    start(id) {
      queue = queue.then(() => run(id));
    },
    async close() {
      closed = true;
      await queue;
    },
  };
}

function sayError(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 500) : 'it failed';
}

async function runStored(deps: RunnerDeps, id: string, isClosed: () => boolean) {
  const { trial, source, versions } = await deps.db.reference(async (tx) => {
    const row = await findTrial(tx, id);
    const found = row === undefined ? undefined : await findTriedSource(tx, { id: row.source_id });
    if (row === undefined || found === undefined) throw new TrialEnded();
    return { trial: row, source: found, versions: await listMappingVersions(tx, found.id) };
  });
  const versionOf = compiledVersions(versions);
  const inForce = versionOf(trial.mapping_version);
  if (inForce === undefined) throw new Error(`the source has no mapping version ${trial.mapping_version}`);
  let reported = 0;
  const doubts = listDoubts(trial.document).map(({ problem, remedy }) => `${problem}; ${remedy}.`);
  const result = await runTrial(
    {
      ...deps,
      onProgress: async (stage, done, total) => {
        if (isClosed()) throw new TrialEnded();
        if (performance.now() - reported < REPORT_EVERY_MS) return;
        reported = performance.now();
        const isWanted = await deps.db.reference((tx) => reportProgress(tx, id, { stage, done, total }));
        if (!isWanted) throw new TrialEnded();
      },
    },
    {
      source: {
        id: source.id,
        slug: source.slug,
        programId: source.program_id,
        registrar: source.registrar,
        mappingVersion: trial.mapping_version,
      },
      inForce,
      versionOf,
      draft: compileMapping(trial.document, trial.settings),
      from: trial.from_at,
      to: trial.to_at,
    },
  );
  return { ...result, warnings: [...doubts, ...result.warnings] };
}

/** Compiles the versions of a mapping that are asked for, each once; undefined where there is none of that number. */
export function compiledVersions(
  versions: Awaited<ReturnType<typeof listMappingVersions>>,
): (version: number) => ReturnType<typeof compileMapping> | undefined {
  const compiled = new Map<number, ReturnType<typeof compileMapping>>();
  return (version) => {
    const known = compiled.get(version);
    if (known !== undefined) return known;
    const stored = versions.find((one) => one.version === version);
    if (stored === undefined) return undefined;
    const mapping = compileMapping(stored.document, stored.settings);
    compiled.set(version, mapping);
    return mapping;
  };
}
