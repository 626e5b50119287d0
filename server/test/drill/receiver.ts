import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one webhook said, by the id in its header. */
export interface Received {
  readonly times: number;
  /** Minor units per partner (wire id) and component. */
  readonly totals: ReadonlyMap<string, number>;
}

/** The receiver of webhooks, outside of everything that is killed. */
export interface Receiver {
  readonly url: string;
  readonly received: ReadonlyMap<string, Received>;
  close(): Promise<void>;
}

/** The webhooks that tell of amounts; all others tell of something else, and only arrive. */
type AmountBody =
  | {
      readonly type: 'commission.accrued';
      readonly data: { partnerId: string; totals: readonly { component: string; amount: string }[] };
    }
  | {
      readonly type: 'commission.restated';
      readonly data: {
        partnerId: string;
        totals: readonly { component: string; added: string; taken: string }[];
      };
    }
  | { readonly type: 'other' };

function totalsOf(body: AmountBody): Map<string, number> {
  const totals = new Map<string, number>();
  if (body.type !== 'commission.accrued' && body.type !== 'commission.restated') return totals;
  for (const total of body.data.totals) {
    const who = `${body.data.partnerId} ${total.component}`;
    const major = 'amount' in total ? Number(total.amount) : Number(total.added) - Number(total.taken);
    totals.set(who, (totals.get(who) ?? 0) + Math.round(major * 100));
  }
  return totals;
}

/** Answers 204 to everything and remembers it. */
export async function startReceiver(): Promise<Receiver> {
  const received = new Map<string, Received>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const totals = totalsOf(JSON.parse(body) as AmountBody);
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
