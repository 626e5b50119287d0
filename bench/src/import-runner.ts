// The part of the worker that reads files, alone: as batch intake is measured without the road behind it.
import { parseConfig } from '../../server/src/platform/config.ts';
import { openContext } from '../../server/src/platform/open-context.ts';
import { startImports } from '../../server/src/imports/index.ts';

const config = parseConfig(process.env, process.cwd());
const { context, close } = openContext({ config, databaseUrl: config.databaseUrl ?? '', process: 'imports' });
const imports = await startImports(context, { mostWaitingWork: Number.MAX_SAFE_INTEGER });
process.once('SIGTERM', () => {
  void imports
    .close()
    .then(close)
    .then(() => process.exit(0));
});
process.send?.({ address: '' });
