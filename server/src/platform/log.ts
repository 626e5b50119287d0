import { pino } from 'pino';
import type { Logger } from 'pino';
import type { LogLevel } from './config.ts';

export type Log = Logger;

/**
 * JSON lines on standard error, so that standard output stays free for what a person asked for.
 * Keys and passwords are cut out whatever object they come in.
 */
export function createLog(options: { level: LogLevel; process: string }): Log {
  return pino(
    {
      level: options.level,
      base: { process: options.process },
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      redact: { paths: REDACTED, censor: '[cut]' },
    },
    process.stderr,
  );
}

const REDACTED = [
  'authorization',
  '*.authorization',
  '*.headers.authorization',
  'password',
  '*.password',
  'secret',
  '*.secret',
  'token',
  '*.token',
];
