import cluster from 'node:cluster';
import type { Command } from 'commander';
import type { Config } from '../platform/config.ts';
import { readSettings } from './settings.ts';
import { runPartCommand } from './part.ts';

const PROGRAM = new URL('../main.ts', import.meta.url).pathname;

/** `plumbline api`: serves HTTP, without state of its own, as many as wanted on one database. */
export function addApiCommand(program: Command): void {
  program
    .command('api')
    .description('serve the API only (any number of them on one database)')
    .action(async () => {
      const config = readSettings();
      if (cluster.isWorker || config.apiProcesses === 1) await runOne(config);
      else await runGroup(config);
    });
}

async function runOne(config: Config): Promise<void> {
  await runPartCommand(config, 'api', async (context) => {
    const { startApi } = await import('../api/server.ts');
    const { openSiblings, parentChannel } = await import('../platform/supervision/index.ts');
    return startApi(context, cluster.isWorker ? openSiblings(parentChannel()) : undefined);
  });
}

/** One process cannot use more than one core: several share the port, under this one, which serves nothing itself. */
async function runGroup(config: Config): Promise<void> {
  const { createLog } = await import('../platform/log.ts');
  const { runPart, startProcessGroup } = await import('../platform/supervision/index.ts');
  const log = createLog({ level: config.logLevel, process: 'api' });
  await runPart(log, async () => {
    const group = await startProcessGroup({
      name: 'api',
      program: PROGRAM,
      args: ['api'],
      size: config.apiProcesses,
      environment: process.env,
      onCrash: (sentence) => log.error(sentence),
    });
    if (process.send === undefined)
      console.log(`plumbline api is ready${group.address === undefined ? '' : `: ${group.address}`}`);
    return group;
  });
}
