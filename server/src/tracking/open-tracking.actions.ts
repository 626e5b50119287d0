import { join } from 'node:path';
import type { Context } from '../platform/context.ts';
import { toMillis } from '../kernel/instant.ts';
import { systemClock } from '../platform/clock.ts';
import { createClickRecorder } from './click-recorder.actions.ts';
import type { ClickRecorder } from './click-recorder.actions.ts';
import { openClickSpool } from './click-spool.client.ts';
import { startStoringThread } from './storing-thread.actions.ts';
import { createLinkBook } from './link-book.actions.ts';
import type { LinkBook } from './link-book.actions.ts';
import { openLinkBookFile } from './link-book-file.client.ts';

/** What redirects need of a process: links in memory, and a recorder of visits. */
export interface Tracking {
  readonly links: LinkBook;
  readonly clicks: ClickRecorder;
  close(): Promise<void>;
}

/** Opens both on the data folder. Needs no database to be there. */
export function openTracking(context: Context): Tracking {
  const { db, log, config } = context;
  const links = createLinkBook({ db, log, file: openLinkBookFile(config.dataFolder) });
  // Real time, whatever the clock of the context is: it is compared with the times of files.
  const folder = join(config.dataFolder, 'clicks');
  const spool = openClickSpool(folder, () => toMillis(systemClock.now()));
  const storing = startStoringThread({ config, databaseUrl: context.databaseUrl, folder, log });
  const clicks = createClickRecorder({ db, log, spool, storing });
  return {
    links,
    clicks,
    async close() {
      await clicks.close();
      await links.close();
    },
  };
}
