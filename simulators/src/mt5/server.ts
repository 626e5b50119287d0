// The Web API of a MetaTrader 5 server, as far as a reader of deals needs it (connectors.md 3.1). Plain node:http,
// because a session belongs to one connection, and because faults break connections.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createRandom } from '../random.ts';
import type { Random } from '../random.ts';
import { answerChallenge, isChallenge } from './auth.ts';
import type { DealBook } from './book.ts';
import { answerDeals } from './deal-answers.ts';
import { Faults } from './faults.ts';

export interface Mt5ServerOptions {
  /** Logins and passwords of managers. */
  readonly managers: Readonly<Record<string, string>>;
  readonly book: DealBook;
  readonly seed?: number;
}

/** A session lives as long as its connection. Between the two calls of authentication lie at most ten seconds. */
interface Session {
  challenge?: { readonly login: string; readonly random: string; readonly at: number };
  login?: string;
}

const AUTH_PATIENCE_MS = 10_000;
const BUILD = '1290';

/** Answers of the platform: the number counts, the words after it are ours. */
export const RETCODE = {
  done: '0 Done',
  parameters: '3 Invalid parameters',
  permissions: '8 Not enough permissions',
  tooFrequent: '12 Too frequent requests',
  notFound: '13 Not found',
  accountInvalid: '1001 Invalid account',
  noManager: '1011 No manager configuration',
} as const;

/** A running server with its book and its faults. */
export class Mt5Server {
  readonly book: DealBook;
  readonly faults: Faults;
  readonly #managers: Readonly<Record<string, string>>;
  readonly #random: Random;
  readonly #sessions = new WeakMap<Socket, Session>();
  readonly #hanging = new Set<ServerResponse>();
  readonly #http: Server;

  constructor(options: Mt5ServerOptions) {
    this.book = options.book;
    this.#managers = options.managers;
    this.#random = createRandom(options.seed ?? 1);
    this.faults = new Faults(this.#random);
    this.#http = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
      void this.#take(request, response);
    });
  }

  /** Listens on loopback, by default on a free port. Returns the address. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, '127.0.0.1', () => resolve());
    });
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const response of this.#hanging) response.destroy();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const url = new URL(request.url ?? '/', 'http://server');
    for (const [name, value] of new URLSearchParams(body)) url.searchParams.set(name, value);
    switch (this.faults.draw()) {
      case 'http_503':
        response
          .writeHead(503, { 'content-type': 'text/html' })
          .end('<html><body>Service Unavailable</body></html>');
        return;
      case 'hang':
        this.#hanging.add(response);
        response.once('close', () => this.#hanging.delete(response));
        return;
      case 'drop':
        request.socket.destroy();
        return;
      case 'too_frequent':
        send(response, { retcode: RETCODE.tooFrequent });
        return;
      case undefined:
        send(response, this.#answer(url, this.#sessionOf(request.socket)));
    }
  }

  #sessionOf(socket: Socket): Session {
    const known = this.#sessions.get(socket) ?? {};
    this.#sessions.set(socket, known);
    return known;
  }

  #answer(url: URL, session: Session): object {
    if (url.pathname === '/api/auth/start') return this.#startAuth(url.searchParams, session);
    if (url.pathname === '/api/auth/answer') return this.#finishAuth(url.searchParams, session);
    if (session.login === undefined) return { retcode: RETCODE.permissions };
    if (url.pathname === '/api/test/access') return { retcode: RETCODE.done };
    return answerDeals(this.book, url, (rows) => this.faults.disturb(rows));
  }

  #startAuth(query: URLSearchParams, session: Session): object {
    const login = query.get('login') ?? '';
    if (query.get('version') === null || query.get('agent') === null || !/^\d+$/.test(login))
      return { retcode: RETCODE.parameters };
    if (query.get('type') !== 'manager') return { retcode: RETCODE.noManager };
    delete session.login;
    session.challenge = { login, random: this.#random.hex(32), at: performance.now() };
    return { retcode: RETCODE.done, version_access: BUILD, srv_rand: session.challenge.random };
  }

  #finishAuth(query: URLSearchParams, session: Session): object {
    const { challenge } = session;
    delete session.challenge;
    const theirs = query.get('cli_rand');
    if (challenge === undefined || !isChallenge(theirs)) return { retcode: RETCODE.parameters };
    const password = this.#managers[challenge.login];
    const isInTime = performance.now() - challenge.at <= AUTH_PATIENCE_MS;
    const given = query.get('srv_rand_answer')?.toLowerCase();
    if (password === undefined || !isInTime || given !== answerChallenge(password, challenge.random))
      return { retcode: RETCODE.accountInvalid };
    session.login = challenge.login;
    return {
      retcode: RETCODE.done,
      version_access: BUILD,
      cli_rand_answer: answerChallenge(password, theirs),
    };
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: object): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
}
