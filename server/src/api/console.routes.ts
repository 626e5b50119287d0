import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { App, Reply } from '../platform/http/app.ts';

/** Where `npm start` puts what it builds of web/. */
const BUILT = fileURLToPath(new URL('../../../web/dist/console/', import.meta.url));
const PAGE = 'console.html';

/** Nothing from elsewhere, no inline scripts; styles may stand inline because the component library writes them there. */
const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the built console: files with a hash in their name for ever, the page itself never from a cache. Every other
 * address below /console is the page too, because its router knows them. Without a build a plain page says what to do.
 */
export async function serveConsole(app: App, folder: string = BUILT): Promise<void> {
  await app.register(fastifyStatic, { root: folder, serve: false, index: false });
  app.route({
    method: 'GET',
    url: '/',
    schema: { hide: true },
    handler: async (_request, reply) => reply.redirect('/console', 302),
  });
  app.route({
    method: 'GET',
    url: '/console',
    schema: { hide: true },
    handler: async (_request, reply) => sendPage(reply, folder),
  });
  app.route({
    method: 'GET',
    url: '/console/*',
    schema: { hide: true },
    handler: async (request, reply) => {
      const path = (request.params as { '*': string })['*'];
      if (!/\.[a-z0-9]+$/i.test(path) || path === PAGE) return sendPage(reply, folder);
      reply.header('content-security-policy', CONSOLE_POLICY);
      return path.startsWith('assets/')
        ? reply.sendFile(path, { maxAge: '365d', immutable: true })
        : reply.sendFile(path, { maxAge: '1h' });
    },
  });
}

function sendPage(reply: Reply, folder: string): Reply {
  reply.header('content-security-policy', CONSOLE_POLICY).header('referrer-policy', 'no-referrer');
  if (existsSync(join(folder, PAGE))) {
    return reply.header('cache-control', 'no-cache').sendFile(PAGE, { cacheControl: false });
  }
  return reply
    .code(503)
    .header('cache-control', 'no-store')
    .header('retry-after', '5')
    .type('text/html; charset=utf-8')
    .send(NOT_BUILT);
}

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plumbline</title><style>
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1.5rem}
code{font-family:ui-monospace,monospace;padding:.15em .4em;border:1px solid;border-radius:.3em}
</style></head><body><h1>The console is not built yet</h1>
<p>Stop Plumbline with Ctrl-C and start it with <code>npm start</code>: it builds the console when that is needed.
To build it alone, run <code>npx vite build</code> in the folder <code>web</code>, then load this page again.</p>
<p>The API works without it: <a href="/docs">reference of the API</a>.</p></body></html>
`;
