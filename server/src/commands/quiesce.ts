import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';

/** `plumbline quiesce`. */
export function addQuiesceCommand(program: Command): void {
  withServerOptions(program.command('quiesce'))
    .description('wait until nothing is on the way, at most a minute; exit code 1 when something still is')
    .action(async (options: ServerOptions) => {
      const path = '/v1/quiesce';
      const answer = (await callApi(options, { method: 'POST', path, body: { timeoutSeconds: 60 } })) as {
        drained: boolean;
      };
      console.log(answer.drained ? 'nothing is on the way' : `still on the way: ${JSON.stringify(answer)}`);
      if (!answer.drained) process.exitCode = 1;
    });
}
