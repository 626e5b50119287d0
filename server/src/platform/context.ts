import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Db } from './db.ts';
import type { Log } from './log.ts';
import type { Secrets } from './secrets.ts';

/** What a process has in its hands when it starts a room. Handed on as a parameter, never kept in a module. */
export interface Context {
  readonly config: Config;
  /** For connections beside the pool: LISTEN, and checks that must not wait for it. */
  readonly databaseUrl: string;
  readonly db: Db;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** A part of the program that runs until it is closed. `close` finishes what was begun and takes nothing new. */
export interface RunningPart {
  close(): Promise<void>;
}
