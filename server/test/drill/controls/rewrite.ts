// A control makes the product wrong on purpose, so that the drill can show that it would see it. The product has no switch
// for that: a drill's child process gets other source text as it loads the module.
import { registerHooks } from 'node:module';

export interface Rewrite {
  readonly from: string;
  readonly to: string;
}

/** Replaces text in one module of this process. Throws when a text is not there exactly once: a control that misses proves nothing. */
export function rewriteModule(url: URL, rewrites: readonly Rewrite[]): void {
  registerHooks({
    load(loaded, context, next) {
      const result = next(loaded, context);
      if (loaded !== url.href || result.source === undefined || result.source === null) return result;
      let source =
        typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source);
      for (const { from, to } of rewrites) {
        if (source.split(from).length !== 2)
          throw new Error(`the control cannot be set up: ${url.pathname} does not hold once: ${from}`);
        source = source.replace(from, () => to);
      }
      process.stderr.write(`control in place: ${url.pathname.split('/').at(-1)}\n`);
      return { ...result, source };
    },
  });
}
