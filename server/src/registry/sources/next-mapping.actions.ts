import { wireId } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Tx } from '../../platform/db.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { recordAudit } from '../access/index.ts';
import { activateMapping, insertMapping } from './sources.store.ts';
import { findNewestMapping } from './sources.views.ts';

/**
 * Writes the next version of a mapping and puts it in force, in the caller's transaction, which holds the program. The audit
 * entry is that of a mapping that was put: readers of old deliveries find the settings of each version there. Gives the version.
 */
export async function putNextMapping(
  tx: Tx,
  clock: Clock,
  put: {
    readonly sourceId: string;
    readonly document: unknown;
    readonly settings: SourceSettings;
    readonly by: string;
    readonly reason: string;
  },
): Promise<number> {
  const { sourceId, document, settings, by, reason } = put;
  const version = (await findNewestMapping(tx, sourceId)) + 1;
  await insertMapping(tx, { sourceId, version, document, now: clock.now(), by });
  await activateMapping(tx, sourceId, version, settings);
  await recordAudit(tx, clock, {
    actor: by,
    action: 'mapping.put',
    subject: wireId('src', sourceId),
    reason,
    body: { version, document, settings },
  });
  return version;
}
