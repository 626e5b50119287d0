import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ROOT } from './scope.ts';

const STAND_IN = pathToFileURL(join(import.meta.dirname, 'stand-in.ts')).href;
const PROJECT = pathToFileURL(ROOT).href;

/**
 * Gives the mutated texts in the place of sources, by path, and the stand-in in the place of vitest, within this process only:
 * nothing is written to disk. Modules that are asked for with '?copy=2' bring their own copies of all they import.
 */
export function hookModules(texts: ReadonlyMap<string, string>): void {
  const mutated = new Map([...texts].map(([path, text]) => [join(ROOT, path), text]));
  const sources = new Map<string, string>();
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'vitest' && context.parentURL !== STAND_IN)
        return { url: STAND_IN, shortCircuit: true };
      const found = next(specifier, context);
      const copy = context.parentURL === undefined ? '' : new URL(context.parentURL).search;
      const isOurs = found.url.startsWith(PROJECT) && !found.url.includes('/node_modules/');
      return copy === '' || !isOurs || found.url === STAND_IN ? found : { ...found, url: found.url + copy };
    },
    load(url, context, next) {
      if (!url.startsWith(PROJECT) || url.includes('/node_modules/') || !/\.ts(\?|$)/.test(url))
        return next(url, context);
      const file = fileURLToPath(url.replace(/\?.*$/, ''));
      let source = sources.get(file);
      if (source === undefined) {
        source = stripTypeScriptTypes(mutated.get(file) ?? String(next(url, context).source));
        sources.set(file, source);
      }
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
