// A reader of the Web API: one keep-alive connection, one session on it.
import { randomBytes } from 'node:crypto';
import { Client } from 'undici';
import { answerChallenge } from './auth.ts';

export interface Mt5ClientOptions {
  readonly url: string;
  readonly login: string;
  readonly password: string;
  /** How long an answer may take. Default 2 s. */
  readonly patienceMs?: number;
}

/** The server answered, and not with what was asked for. */
export class Mt5Refused extends Error {
  readonly retcode: number;
  constructor(path: string, retcode: number, text: string) {
    super(`${path}: ${text}`);
    this.name = 'Mt5Refused';
    this.retcode = retcode;
  }
}

const NOT_AUTHENTICATED = 8;
/** Retcodes that carry an answer, or say that there is nothing to carry. */
const GOOD = new Set([0, 1, 13, 5003]);

/** Asks one server. Requests go one after the other; a broken connection is opened and authenticated again by the next one. */
export class Mt5Client {
  readonly #options: Mt5ClientOptions;
  #connection: Client | undefined;

  constructor(options: Mt5ClientOptions) {
    this.#options = options;
  }

  /** The answer as it came. Throws Mt5Refused for an answer that tells no fact, or the network's error. */
  async ask(path: string, query: Readonly<Record<string, string | number>>): Promise<string> {
    try {
      const connection = await this.#open();
      return await this.#get(connection, path, query);
    } catch (error) {
      // The session went with the connection, or was never there: begin again next time.
      if (!(error instanceof Mt5Refused) || error.retcode === NOT_AUTHENTICATED) this.close();
      throw error;
    }
  }

  /** Keeps the session alive; the platform wants a word about every 20 s. */
  async ping(): Promise<void> {
    await this.ask('/api/test/access', {});
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    void connection?.destroy();
  }

  async #open(): Promise<Client> {
    if (this.#connection !== undefined) return this.#connection;
    const patience = this.#options.patienceMs ?? 2_000;
    const connection = new Client(this.#options.url, {
      pipelining: 1,
      headersTimeout: patience,
      bodyTimeout: patience,
      keepAliveTimeout: 25_000,
    });
    // A connection that ends takes its session with it.
    connection.on('disconnect', () => {
      if (this.#connection === connection) this.close();
    });
    try {
      await this.#authenticate(connection);
    } catch (error) {
      void connection.destroy();
      throw error;
    }
    this.#connection = connection;
    return connection;
  }

  async #authenticate(connection: Client): Promise<void> {
    const { login, password } = this.#options;
    const start = await this.#get(connection, '/api/auth/start', {
      version: 484,
      agent: 'Plumbline',
      login,
      type: 'manager',
    });
    const { srv_rand: theirs } = JSON.parse(start) as { srv_rand: string };
    const ours = randomBytes(16).toString('hex');
    const answer = await this.#get(connection, '/api/auth/answer', {
      srv_rand_answer: answerChallenge(password, theirs),
      cli_rand: ours,
    });
    const { cli_rand_answer: proof } = JSON.parse(answer) as { cli_rand_answer?: string };
    if (proof !== answerChallenge(password, ours))
      throw new Error('the server did not prove that it knows the password');
  }

  async #get(
    connection: Client,
    path: string,
    query: Readonly<Record<string, string | number>>,
  ): Promise<string> {
    const { statusCode, body } = await connection.request({ method: 'GET', path, query });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${path}: HTTP ${statusCode}`);
    const { retcode } = JSON.parse(text) as { retcode: string };
    const number = Number.parseInt(retcode, 10);
    if (!GOOD.has(number)) throw new Mt5Refused(path, number, retcode);
    return text;
  }
}
