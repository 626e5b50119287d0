// YARDSTICK, pinned: bare redirect. Never weakened; a change of it is a change of every ratio in RESULTS.md.
//
// Work:     Fastify answers GET /c/:token with 302 to one fixed address. No database, no signature, nothing recorded.
// Settings: Node process of its own, no logger.
import fastify from 'fastify';

const app = fastify({ logger: false, routerOptions: { maxParamLength: 300 } });
app.get('/c/:token', async (_request, reply) =>
  reply.redirect('https://example.com/open?click_id=0123456789', 302),
);
process.send?.({ address: await app.listen({ port: 0, host: '127.0.0.1' }) });
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
