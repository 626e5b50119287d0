import { listMappingVersions } from '../../registry/index.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Preview } from '../preview/index.ts';
import type { TrialResult } from './facts.ts';
import { compiledVersions } from './runner.actions.ts';
import type { RunnerDeps } from './runner.actions.ts';
import { runTrial } from './trial.actions.ts';
import { findTriedSource } from './trial.views.ts';

/** Most deliveries that are read while somebody waits for the answer. A trial reads more, in the background. */
const MOST_DELIVERIES = 5_000;

/**
 * What applying a stored version of a mapping to the deliveries of a time would do, as a trial of that version finds it out.
 * With more than 5,000 deliveries it says that it is not all. Throws when there is no such source or version.
 */
export async function previewRemap(
  deps: Omit<RunnerDeps, 'log'>,
  asked: {
    readonly sourceId: string;
    readonly version: number;
    readonly from: Instant;
    readonly to: Instant;
  },
): Promise<Preview> {
  const { sourceId, version, from, to } = asked;
  const { source, versions } = await deps.db.reference(async (tx) => ({
    source: await findTriedSource(tx, { id: sourceId }),
    versions: await listMappingVersions(tx, sourceId),
  }));
  const versionOf = compiledVersions(versions);
  const inForce = source === undefined ? undefined : versionOf(source.mapping_version);
  const draft = versionOf(version);
  if (source === undefined || inForce === undefined || draft === undefined)
    throw new Error(`source ${sourceId} has no version ${version} of its mapping`);
  const { slug, program_id: programId, registrar, mapping_version: mappingVersion } = source;
  const result = await runTrial(
    { ...deps, onProgress: () => Promise.resolve() },
    {
      source: { id: sourceId, slug, programId, registrar, mappingVersion },
      inForce,
      versionOf,
      draft,
      from,
      to,
      mostDeliveries: MOST_DELIVERIES,
    },
  );
  return previewOf(result);
}

/** The part of a trial's result that is kept with a change set. Events that differ are those that were looked at. */
export function previewOf(result: TrialResult): Preview {
  const { customers, partners, money, moves, isComplete, notComputed, events } = result;
  const differ = events.added + events.changed + events.gone;
  return {
    customers,
    events: { looked: differ, changed: differ },
    partners,
    money,
    moves,
    isComplete,
    notComputed,
  };
}
