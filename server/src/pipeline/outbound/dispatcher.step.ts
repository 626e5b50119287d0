import { wireId } from '../../kernel/ids.ts';
import { addMillis, toMillis } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Db } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { HttpAnswer, HttpClient } from '../../platform/http-client.ts';
import { signWebhook } from '../../platform/webhook-signature.ts';
import type { StepLog } from '../step.ts';
import {
  listActiveEndpoints,
  moveAttempted,
  moveClaimed,
  moveClaimsRenewed,
  moveEndpointGone,
} from './outbound.store.ts';
import type { ActiveEndpoint, AttemptRecord, ClaimedDelivery, EndpointRoom } from './outbound.store.ts';
import { decideVerdict } from './retry.ts';

export interface DispatcherOptions {
  readonly db: Db;
  readonly client: HttpClient;
  /** Opens the sealed secret of an endpoint. */
  readonly openSecret: (sealed: Buffer) => string;
  /** Real time: deliveries do not follow a sandbox clock. */
  readonly now: () => Instant;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: StepLog;
  /** Waits between attempts; the schedule of retry.ts when absent. */
  readonly delaysMs?: readonly number[];
  /** Requests at once to one endpoint; default 8. */
  readonly perEndpoint?: number;
  /** Requests at once in all; default 128. */
  readonly most?: number;
  /** How long a receiver may take; default 10 s. */
  readonly timeoutMs?: number;
  /** How long a claim lives without being renewed; default 6 s, so that a killed dispatcher is followed within 10 s. */
  readonly claimMs?: number;
}

/** Sends what is due in the outbox. Nothing here decides about money: it reads the outbox and writes attempts. */
export interface Dispatcher {
  /** Claims what is due and has room, and starts it; does not wait for receivers. The answer: how many were started. */
  tick(): Promise<number>;
  /** Renews the claims of what is on its way. */
  renew(): Promise<void>;
  /** Resolves when everything on its way has been recorded. */
  idle(): Promise<void>;
  /** Requests on their way. */
  readonly busy: number;
  /** Records nothing any more: what is cut off now becomes due again by itself. */
  abandon(): void;
}

const UNRECORDED = 'an attempt could not be recorded; the webhook becomes due again';

/** See Dispatcher. `onRoom` is called whenever a request has ended, so that the next one can take its place. */
export function createDispatcher(
  options: DispatcherOptions,
  onRoom: () => void = () => undefined,
): Dispatcher {
  const onWay = new Map<ClaimedDelivery, Promise<void>>();
  const recorder = createRecorder(options);
  const claimEnd = (): Instant => addMillis(options.now(), options.claimMs ?? 6_000);
  let abandoned = false;

  const deliver = async (row: ClaimedDelivery, endpoint: ActiveEndpoint): Promise<void> => {
    const record = await attemptDelivery(options, row, endpoint);
    if (abandoned) return;
    // Before the attempt is recorded: the webhook stays due, and must not be claimed again for this endpoint.
    if (record.disable && (await options.db.reference((tx) => moveEndpointGone(tx, endpoint.id)))) {
      options.log.warn({ endpointId: endpoint.id }, 'an endpoint answered 410 Gone and was disabled');
    }
    await failpoint('outbound:before-record');
    await recorder.record(record.attempt);
  };

  return {
    async tick() {
      const endpoints = await options.db.reference(listActiveEndpoints);
      const rooms = roomsOf(endpoints, onWay.keys(), options);
      if (rooms.length === 0) return 0;
      const terms = { now: options.now(), until: claimEnd(), claim: options.newId() };
      const claimed = await moveClaimed(options.db, rooms, terms);
      for (const row of claimed) {
        const endpoint = endpoints.find(({ id }) => id === row.endpointId);
        if (endpoint === undefined) continue;
        const work = deliver(row, endpoint)
          .catch((err: unknown) => options.log.error({ err, id: row.id }, UNRECORDED))
          .finally(() => {
            onWay.delete(row);
            onRoom();
          });
        onWay.set(row, work);
      }
      return claimed.length;
    },
    async renew() {
      if (onWay.size === 0) return;
      await moveClaimsRenewed(options.db, [...onWay.keys()], claimEnd());
    },
    async idle() {
      while (onWay.size > 0) await Promise.all(onWay.values());
    },
    get busy() {
      return onWay.size;
    },
    abandon() {
      abandoned = true;
    },
  };
}

/** How much each endpoint may get now: its own limit less what is on its way, all within the limit of the process. */
function roomsOf(
  endpoints: readonly ActiveEndpoint[],
  onWay: Iterable<ClaimedDelivery>,
  options: DispatcherOptions,
): EndpointRoom[] {
  const counts = new Map<string, number>();
  let left = options.most ?? 128;
  for (const row of onWay) {
    counts.set(row.endpointId, (counts.get(row.endpointId) ?? 0) + 1);
    left -= 1;
  }
  const rooms: EndpointRoom[] = [];
  for (const { id } of endpoints) {
    const room = Math.min(left, (options.perEndpoint ?? 8) - (counts.get(id) ?? 0));
    if (room <= 0) continue;
    rooms.push({ endpointId: id, room });
    left -= room;
  }
  return rooms;
}

async function attemptDelivery(
  options: DispatcherOptions,
  row: ClaimedDelivery,
  endpoint: ActiveEndpoint,
): Promise<{ attempt: AttemptRecord; disable: boolean }> {
  const startedAt = options.now();
  const { answer, error } = await sendOnce(options, { row, endpoint, at: startedAt });
  const endedAt = options.now();
  const attempt = row.attempts + 1;
  const outcome = { status: answer?.status ?? null, retryAfter: headerOf(answer, 'retry-after') };
  const time = { now: endedAt, dice: options.random() };
  const verdict = decideVerdict(
    outcome,
    attempt,
    options.delaysMs === undefined ? time : { ...time, delaysMs: options.delaysMs },
  );
  return {
    disable: verdict.state === 'pending' && verdict.disable,
    attempt: {
      lane: row.lane,
      id: row.id,
      endpointId: row.endpointId,
      claim: row.claim,
      attempt,
      state: verdict.state,
      nextAt: verdict.state === 'pending' ? verdict.nextAt : endedAt,
      attemptedAt: startedAt,
      status: outcome.status,
      error,
      // PostgreSQL stores no NUL in text, and a receiver may answer anything.
      response: answer === undefined ? null : answer.text.replaceAll('\u0000', '\uFFFD'),
      durationMs: Math.max(0, Math.round((endedAt - startedAt) / 1_000)),
    },
  };
}

async function sendOnce(
  options: DispatcherOptions,
  { row, endpoint, at }: { row: ClaimedDelivery; endpoint: ActiveEndpoint; at: Instant },
): Promise<{ answer: HttpAnswer | undefined; error: string | null }> {
  try {
    const body = JSON.stringify(row.payload);
    const signed = signWebhook(
      { id: wireId('msg', row.id), timestamp: Math.floor(toMillis(at) / 1_000), body },
      [options.openSecret(endpoint.secret)],
    );
    const headers = { 'content-type': 'application/json', 'user-agent': 'Plumbline-Webhooks/1', ...signed };
    const answer = await options.client.post({
      url: endpoint.url,
      headers,
      body,
      timeoutMs: options.timeoutMs ?? 10_000,
    });
    return { answer, error: null };
  } catch (error) {
    return { answer: undefined, error: describeError(error) };
  }
}

function headerOf(answer: HttpAnswer | undefined, name: string): string | null {
  const value = answer?.headers[name];
  return typeof value === 'string' ? value : null;
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.name === 'TimeoutError' || error.name === 'HeadersTimeoutError')
    return 'the receiver did not answer in time';
  const code = (error as { code?: unknown }).code;
  const text = typeof code === 'string' ? `${code}: ${error.message}` : `${error.name}: ${error.message}`;
  return text.slice(0, 500);
}

interface Recorder {
  record(attempt: AttemptRecord): Promise<void>;
}

/** Attempts that end while others are being written share the next transaction. */
function createRecorder(options: DispatcherOptions): Recorder {
  let waiting: AttemptRecord[] = [];
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const write = async (before: Promise<void>): Promise<void> => {
    // A failed write is told to those who waited for it; the next one stands for itself.
    await before.catch(() => undefined);
    const batch = waiting;
    waiting = [];
    next = undefined;
    const kept = await moveAttempted(options.db, batch);
    if (kept < batch.length)
      options.log.warn({ dropped: batch.length - kept }, 'attempts whose claim was taken over were dropped');
  };
  return {
    record(attempt) {
      waiting.push(attempt);
      if (next === undefined) {
        next = write(writing);
        writing = next;
      }
      return next;
    },
  };
}
