import pg from 'pg';

/** A running listener. */
export interface Listener {
  /** Stops listening and closes the connection. */
  close(): Promise<void>;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/**
 * Calls `onHint` with the payload of each notification on the channel, over a direct connection of its own
 * (a pooler in transaction mode loses listeners). After every connect it calls `onHint('')` once, because
 * hints may have been missed. It reconnects by itself for ever; polling stays the truth.
 */
export function listen(url: string, channel: string, onHint: (payload: string) => void): Listener {
  let closed = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = FIRST_WAIT_MS;

  const again = (): void => {
    if (closed || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, waitMs);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  };

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'plumbline listen',
      keepAlive: true,
    });
    client = fresh;
    fresh.on('error', () => undefined);
    fresh.on('end', again);
    fresh.on('notification', (message) => {
      if (message.channel === channel) onHint(message.payload ?? '');
    });
    try {
      await fresh.connect();
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
      waitMs = FIRST_WAIT_MS;
      if (!closed) onHint('');
    } catch {
      await fresh.end().catch(() => undefined);
      again();
    }
  };

  const connecting = connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await connecting;
      await client?.end().catch(() => undefined);
    },
  };
}
