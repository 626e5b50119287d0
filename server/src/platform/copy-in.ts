import type { Buffer } from 'node:buffer';
import pg from 'pg';

/** What the driver's connection can do beside what its published types say. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** How the driver's own queries are: its types do not tell of the callback, nor that a query may be handed over ready made. */
interface OwnQuery {
  callback?: (error: Error | undefined, result?: pg.QueryResult) => void;
}

/**
 * A query that answers the server's readiness for rows with all of them. A subclass of the driver's own query, because on a
 * pipelined connection it takes no other (pg-copy-streams brings one of another kind). Nothing may be sent behind it until it is
 * answered: between the statement and the end of its rows the server takes nothing else.
 */
class CopyQuery extends pg.Query {
  readonly #rows: Buffer;

  constructor(text: string, rows: Buffer) {
    super(text);
    this.#rows = rows;
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#rows);
    connection.endCopyFrom();
  }
}

/** Sends the statement and its rows; answers how many the table took. Rejects as any statement does. */
export function copyIn(client: pg.PoolClient, text: string, rows: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const query = new CopyQuery(text, rows);
    (query as OwnQuery).callback = (error, result) => {
      if (error instanceof Error) reject(error);
      else resolve(result?.rowCount ?? 0);
    };
    client.query(query as unknown as pg.Submittable);
  });
}
