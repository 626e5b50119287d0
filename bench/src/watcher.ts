import pg from 'pg';
import { setTimeout as wait } from 'node:timers/promises';

const PAUSE_MS = 5;
/** A row whose message was made so long before the newest one seen may come to light late; what comes later still is found at the end. */
const WINDOW_MS = 150;

/** Watches the journal as a reader does, and notes when the last line of each event can be seen. */
export interface Watcher {
  /** Milliseconds of the wall clock, by event id (UUID). */
  readonly seenAt: ReadonlyMap<string, number>;
  /** A last whole look; what only it finds counts as seen now. */
  stop(): Promise<void>;
}

interface JournalKey {
  readonly lane: number;
  readonly hop_id: string;
  readonly row_no: number;
}

export async function watchJournal(databaseUrl: string, lanes: readonly number[]): Promise<Watcher> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const seenAt = new Map<string, number>();
  const known = new Set<string>();
  let newest = 0;
  let stopped = false;
  const look = async (from: string): Promise<void> => {
    const { rows } = await client.query<JournalKey>({
      name: 'keys',
      text: 'select lane, hop_id, row_no from journal where lane = any($1::smallint[]) and hop_id >= $2',
      values: [lanes, from],
    });
    const fresh = rows.filter((row) => !known.has(`${row.lane} ${row.hop_id} ${row.row_no}`));
    if (fresh.length === 0) return;
    const now = performance.timeOrigin + performance.now();
    const events = await client.query<{ e: string | null }>({
      name: 'events',
      text: `select distinct item->>'e' as e from unnest($1::smallint[], $2::uuid[], $3::int[]) as k (lane, hop_id, row_no)
             join journal j using (lane, hop_id, row_no), jsonb_array_elements(j.items) as item`,
      values: [fresh.map((row) => row.lane), fresh.map((row) => row.hop_id), fresh.map((row) => row.row_no)],
    });
    for (const row of fresh) {
      known.add(`${row.lane} ${row.hop_id} ${row.row_no}`);
      newest = Math.max(newest, Number.parseInt(row.hop_id.replaceAll('-', '').slice(0, 12), 16));
    }
    for (const { e } of events.rows) if (e !== null) seenAt.set(e, now);
  };
  const first = uuidAt(Date.now());
  const loop = (async () => {
    while (!stopped) {
      await look(newest === 0 ? first : uuidAt(newest - WINDOW_MS));
      await wait(PAUSE_MS);
    }
  })();
  return {
    seenAt,
    async stop() {
      stopped = true;
      await loop;
      await look(first);
      await client.end();
    },
  };
}

/** The lowest UUIDv7 of a millisecond. */
function uuidAt(millis: number): string {
  const hex = Math.max(0, Math.floor(millis)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`;
}
