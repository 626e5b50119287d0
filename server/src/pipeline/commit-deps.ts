import { setTimeout } from 'node:timers';
import { setTimeout as wait } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import type { Clock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { notifyAlone } from '../platform/db.ts';
import type { Db } from '../platform/db.ts';
import { createMappingShelf } from '../registry/index.ts';
import type { MappingShelf } from '../registry/index.ts';
import { createClickVerifier } from '../tracking/index.ts';
import { createRecentNames, resolveHints } from './identity/index.ts';
import type { RecentNames } from './identity/index.ts';
import { createReadAgain } from './intake/index.ts';
import type { CommitDeps, PrepareRules } from './intake/index.ts';
import { comparableContent } from './mapping/index.ts';
import { WORK_CHANNEL } from './work-hint.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** What everybody needs who stores what was told: the doors, a re-drive, a re-map. */
export interface CommitHouse {
  readonly commit: CommitDeps;
  readonly rules: PrepareRules;
  readonly shelf: MappingShelf;
}

/** Puts together what intake asks of identity, mapping, tracking and registry, which it may not know all. */
export function openCommitHouse(
  context: Context,
  parts: { db?: Db; clock?: Clock; names?: RecentNames } = {},
): CommitHouse {
  const db = parts.db ?? context.db;
  const clock = parts.clock ?? context.clock;
  const names = parts.names ?? createRecentNames();
  const shelf = createMappingShelf(db);
  const rules = { comparable: comparableContent, verifyClick: createClickVerifier(context.secrets) };
  return {
    rules,
    shelf,
    commit: {
      db,
      newId: uuidv7,
      now: () => clock.now(),
      log: context.log,
      pause: (attempt) => wait(Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS)),
      hints: async (events) => {
        const queries = events.map(({ source, occurredAt, content, identifierId }) => ({
          programId: source.programId,
          registrar: source.registrar,
          occurredAt,
          content,
          identifierId,
        }));
        return names.complete(queries, await resolveHints(db, queries));
      },
      readAgain: createReadAgain((sourceId, version) => shelf.get(sourceId, version), rules),
    },
  };
}

/** Hints that are sent within so many milliseconds are one. */
const HINT_EVERY_MS = 10;

/**
 * Says that there is work: at once, and while more and more comes in every ten milliseconds. A hint that is lost costs a turn of
 * the conveyor's own looking (200 ms), as any other.
 */
export function createWorkHint(db: Db): () => void {
  let isResting = false;
  let isDue = false;
  const send = (): void => {
    isResting = true;
    isDue = false;
    void notifyAlone(db, WORK_CHANNEL)
      .catch(() => undefined)
      .then(() =>
        setTimeout(() => {
          isResting = false;
          if (isDue) send();
        }, HINT_EVERY_MS).unref(),
      );
  };
  return () => {
    if (isResting) isDue = true;
    else send();
  };
}
