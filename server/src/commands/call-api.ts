import type { Problem } from '@plumbline/contract';
import type { Command } from 'commander';
import { readLocalServer } from '../platform/local-server.ts';
import { SetupProblem } from '../platform/setup-problem.ts';
import { readSettings } from './settings.ts';

/** Options of every command that talks to a running server. */
export interface ServerOptions {
  readonly url?: string;
  readonly key?: string;
}

/** Adds --url and --key to a command. */
export function withServerOptions(command: Command): Command {
  return command
    .option(
      '--url <address>',
      'address of the server (default: PLUMBLINE_URL, else the server of this data folder)',
    )
    .option(
      '--key <key>',
      'API key (default: PLUMBLINE_KEY, else the key of the first start in this data folder)',
    );
}

/**
 * Calls the API of a running server and gives the parsed answer. Throws SetupProblem with the server's own sentence when
 * it refuses, and says how to reach a server when none answers.
 */
export async function callApi(
  options: ServerOptions,
  call: { method: string; path: string; body?: unknown },
): Promise<unknown> {
  const local = readLocalServer(readSettings().dataFolder);
  const url = options.url ?? process.env['PLUMBLINE_URL'] ?? local.url;
  const key = options.key ?? process.env['PLUMBLINE_KEY'] ?? local.key;
  if (url === undefined)
    throw new SetupProblem('No server is known. Start one with: plumbline start, or name one with --url.');
  if (key === undefined) throw new SetupProblem('No API key is known. Give one with --key or PLUMBLINE_KEY.');
  const answer = await send(new URL(call.path, url), { method: call.method, key, body: call.body });
  const text = await answer.text();
  const parsed = parseAnswer(text);
  if (answer.ok) return parsed;
  throw new SetupProblem(sayProblem(parsed) ?? `The server answered ${answer.status}: ${text.slice(0, 300)}`);
}

/** A problem answer as sentences: what is wrong, then each place with what to do. */
function sayProblem(answer: unknown): string | undefined {
  const { detail, errors } = (answer ?? {}) as Partial<Problem>;
  if (typeof detail !== 'string') return undefined;
  return [detail, ...(errors ?? []).map((error) => `  ${error.path}: ${error.message}`)].join('\n');
}

async function send(url: URL, request: { method: string; key: string; body: unknown }): Promise<Response> {
  const { method, key, body } = request;
  const headers = {
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    return await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new SetupProblem(
      `No server answers at ${url.origin} (${(error as Error).message}). Start one with: plumbline start`,
    );
  }
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
