import { parseConfig, unknownSettings } from '../platform/config.ts';
import type { Config } from '../platform/config.ts';

/** The settings of this process; a misspelt one is named on standard error. Throws SetupProblem. */
export function readSettings(): Config {
  for (const sentence of unknownSettings(process.env)) console.error(sentence);
  return parseConfig(process.env, process.cwd());
}
