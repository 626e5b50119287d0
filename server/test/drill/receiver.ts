import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one webhook said, by the id in its header. */
export interface Received {
  readonly times: number;
  /** Minor units per partner (wire id) and component; empty for messages that tell of no new commission. */
  readonly totals: ReadonlyMap<string, number>;
}

/** The receiver of webhooks, outside of everything that is killed. */
export interface Receiver {
  readonly url: string;
  readonly received: ReadonlyMap<string, Received>;
  close(): Promise<void>;
}

interface WebhookBody {
  readonly data: {
    readonly partnerId: string;
    /** Of `commission.accrued`. */
    readonly totals?: readonly { component: string; amount: string }[];
  };
}

/** Answers 204 to everything and remembers it. */
export async function startReceiver(): Promise<Receiver> {
  const received = new Map<string, Received>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const { data } = JSON.parse(body) as WebhookBody;
      const totals = new Map(
        (data.totals ?? []).map((total) => [
          `${data.partnerId} ${total.component}`,
          Math.round(Number(total.amount) * 100),
        ]),
      );
      received.set(id, { times: (received.get(id)?.times ?? 0) + 1, totals });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
