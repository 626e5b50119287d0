// docs/payments.md as an operator lives it: commission is approved, payable, paid by hand, taken back later by its age, reviewed; a payment that
// came back is owed once; and a worker that is killed in the middle of booking a payment books it once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY, RunningPlumbline, until } from './running-plumbline.ts';
import { ToldProgram, verifyBooks } from './told-program.ts';
import type { Told } from './told-program.ts';

let dataFolder: string;
let plumbline: RunningPlumbline;
beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-payments-'));
  plumbline = await RunningPlumbline.start({ dataFolder });
});
afterAll(async () => {
  await plumbline.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** Ann earns a tenth of each purchase, held 30 days; paid and charged back she owes all of it for a year, then half of it, after a review. */
const TERMS = {
  currency: 'USD',
  components: [
    {
      id: 'share',
      kind: 'purchase_share',
      percent: '10',
      holdDays: 30,
      clawback: {
        schedule: [
          { beforeMonth: 12, percent: '100' },
          { upToMonth: 18, percent: '50' },
        ],
        review: true,
      },
    },
  ],
};

class Story {
  readonly program: ToldProgram;
  readonly ann: string;
  #keys = new Map<string, string>();

  private constructor(program: ToldProgram, ann: string) {
    this.program = program;
    this.ann = ann;
  }

  /** Ann's customer bought for 1000 on 10 January 2026; the clock stands ten days after. */
  static async begin(restatementLimit: string): Promise<Story> {
    const program = await ToldProgram.open(plumbline.url, {
      clockAt: '2026-01-20T12:00:00Z',
      restatementLimit,
      compliance: { partnerChecks: [] },
    });
    const ann = await program.partner('Ann');
    await program.code(ann, 'ANN');
    const deal = { programId: program.id, partnerId: ann, effectiveFrom: null, document: TERMS };
    await program.make('/v1/deals', deal);
    const story = new Story(program, ann);
    await story.tell('registration', 'r', '2026-01-02T00:00:00Z', { code: 'ANN' });
    await story.tell('challenge_purchased', 'p', '2026-01-10T12:00:00Z', { amount: '1000', currency: 'USD' });
    return story;
  }

  async tell(kind: string, externalId: string, occurredAt: string, more: object): Promise<void> {
    const identifiers = [{ namespace: 'customer', value: '1' }];
    const said = await this.program.tell('crm', { kind, externalId, occurredAt, identifiers, ...more });
    expect(said).toEqual(['accepted']);
    await this.program.settle();
  }

  async clock(at: string): Promise<void> {
    await this.program.make(`/v1/programs/${this.program.id}/clock`, { at });
    await this.program.settle();
  }

  /** The clock approves a moment after it was set. */
  untilPayable(amount: string): Promise<void> {
    return until(`${amount} is payable`, async () => (await this.payable()) === amount);
  }

  /** The key of another person. */
  async keyOf(name: string): Promise<string> {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const { key } = await this.program.make('/v1/api-keys', { name, scopes: ['*'] });
    this.#keys.set(name, key);
    return key;
  }

  /** Records a payment, under an Idempotency-Key as somebody sends it who may have to send it twice. */
  async pay(body: object, { by = KEY, once }: { by?: string; once?: string } = {}): Promise<Told> {
    const answer = await fetch(`${plumbline.url}/v1/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${by}`,
        'content-type': 'application/json',
        ...(once === undefined ? {} : { 'idempotency-key': once }),
      },
      body: JSON.stringify({ partnerId: this.ann, currency: 'USD', ...body }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  async payable(): Promise<string | undefined> {
    const { currencies } = await this.program.read(`/v1/partners/${this.ann}/payable`);
    return currencies[0]?.payable.amount;
  }

  async balance(): Promise<object> {
    await this.program.settle();
    const { balances } = await this.program.read(`/v1/partners/${this.ann}/balance`);
    const { approved, clawbackPending, returned, total } = balances[0];
    return {
      approved: approved.amount,
      pending: clawbackPending.amount,
      returned: returned.amount,
      total: total.amount,
    };
  }

  /** 'amount kind state' of each commission, the oldest first. */
  async commissions(): Promise<{ id: string; says: string }[]> {
    const { items } = await this.program.read(`/v1/commissions?partnerId=${this.ann}&limit=100`);
    return items
      .map((one: { id: string; amount: { amount: string }; kind: string; state: string }) => ({
        id: one.id,
        says: `${one.amount.amount} ${one.kind} ${one.state}`,
      }))
      .toReversed();
  }

  async statement(month: string): Promise<{ sums: string[]; payments: string[] }> {
    const { totals, payments } = await this.program.read(`/v1/partners/${this.ann}/statements/${month}`);
    const [{ opening, booked, paid, closing }] = totals;
    return {
      sums: [opening, booked, paid, closing].map(({ amount }: { amount: string }) => amount),
      payments: payments.map(
        (one: { kind: string; reference: string; amount: { amount: string } }) =>
          `${one.kind} ${one.reference} ${one.amount.amount}`,
      ),
    };
  }
}

test('commission is approved, paid by two people, half taken back by its age, reviewed, returned once, and every page of it agrees', async () => {
  const story = await Story.begin('40');
  const { program } = story;
  const [ben, cleo] = [await story.keyOf('ben'), await story.keyOf('cleo')];
  const transfer = { amount: '100.00', paidAt: '2026-03-01T10:00:00Z', reference: 'SEPA 4711' };

  // Held: nothing is payable, and nothing is paid in the future.
  expect(await story.payable()).toBe('0.00');
  const early = await story.pay({ ...transfer, paidAt: '2026-01-20T00:00:00Z' });
  expect([early.status, early.body.code]).toEqual([422, 'nothing_payable']);
  await story.clock('2026-03-01T12:00:00Z');
  await story.untilPayable('100.00');

  // The same payment again with the same key is one payment; another one under this key is none.
  const first = await story.pay(transfer, { by: ben, once: 'run-march' });
  expect([first.status, first.body.state]).toEqual([202, 'proposed']);
  const again = await story.pay(transfer, { by: ben, once: 'run-march' });
  expect([again.status, again.body]).toEqual([first.status, first.body]);
  const other = await story.pay({ ...transfer, reference: 'SEPA 4712' }, { by: ben, once: 'run-march' });
  expect([other.status, other.body.code]).toEqual([409, 'idempotency_key_reused']);
  const id: string = first.body.id;

  // Above the limit of the program: not whoever recorded it, but somebody else.
  const approve = (key: string, of = id): Promise<Told> =>
    program.ask('POST', `/v1/payments/${of}/approve`, { note: 'seen at the bank' }, key);
  expect((await approve(ben)).body.code).toBe('second_person_needed');
  expect((await approve(cleo)).body.state).toBe('due');
  await program.settle();
  expect(await program.read(`/v1/payments/${id}`)).toMatchObject({
    state: 'paid',
    parts: [{ component: 'share', amount: { amount: '100.00' } }],
  });
  expect((await program.read(`/v1/payments?partnerId=${story.ann}`)).items).toHaveLength(1);
  expect(await story.balance()).toEqual({
    approved: '0.00',
    pending: '0.00',
    returned: '0.00',
    total: '0.00',
  });
  const [paid] = await story.commissions();
  expect(paid?.says).toBe('100.00 commission paid');
  expect(await program.read(`/v1/commissions/${paid?.id}/explain`)).toMatchObject({ state: 'paid' });
  expect(await story.statement('2026-03')).toEqual({
    sums: ['100.00', '0.00', '-100.00', '0.00'],
    payments: ['payment SEPA 4711 -100.00'],
  });

  // Charged back after more than a year: half of it, which waits for two people.
  await story.clock('2027-03-20T12:00:00Z');
  await story.tell('chargeback', 'back', '2027-03-20T00:00:00Z', {
    amount: '1000',
    currency: 'USD',
    originalId: 'p',
  });
  expect(await story.balance()).toEqual({
    approved: '0.00',
    pending: '-50.00',
    returned: '0.00',
    total: '-50.00',
  });
  const [taken] = (await program.read(`/v1/partners/${story.ann}/clawbacks?pending=true`)).items;
  const accept = (key: string): Promise<Told> =>
    program.ask('POST', `/v1/clawbacks/${taken.id}/review`, { verdict: 'accept', reason: 'asked' }, key);
  expect((await accept(ben)).status).toBe(202);
  expect((await accept(ben)).body.code).toBe('second_person_needed');
  expect(await story.balance()).toMatchObject({ approved: '0.00', pending: '-50.00' });
  expect((await accept(cleo)).status).toBe(202);
  expect(await story.balance()).toMatchObject({ approved: '-50.00', pending: '0.00' });
  const rows = await story.commissions();
  // What waited is taken out of waiting by a row of its own: no row is ever changed.
  expect(rows.map(({ says }) => says).toSorted()).toEqual(
    [
      '100.00 commission paid',
      '-50.00 clawback held',
      '50.00 clawback held',
      '-50.00 clawback approved',
    ].toSorted(),
  );
  const taking = rows.find(({ says }) => says === '-50.00 clawback approved');
  const why = await program.read(`/v1/commissions/${taking?.id}/explain`);
  expect(JSON.stringify(why)).toContain('after payment 50 % of it, by the schedule of the deal');

  // The payment came back: owed again once, less what she owes; the commission that it paid stays paid.
  const giveBack = (): Promise<Told> =>
    program.ask('POST', `/v1/payments/${id}/return`, {
      returnedAt: '2027-03-20T08:00:00Z',
      reason: 'the account was closed',
    });
  expect((await giveBack()).status).toBe(202);
  await program.settle();
  expect((await giveBack()).body.code).toBe('wrong_state');
  expect(await story.balance()).toEqual({
    approved: '-50.00',
    pending: '0.00',
    returned: '100.00',
    total: '50.00',
  });
  expect((await story.commissions()).map(({ says }) => says)).toEqual(rows.map(({ says }) => says));
  expect(await story.statement('2027-03')).toEqual({
    sums: ['0.00', '-50.00', '100.00', '50.00'],
    payments: ['return SEPA 4711 100.00'],
  });

  // What is left goes with the next payment.
  expect(await story.payable()).toBe('50.00');
  const last = { paidAt: '2027-03-20T11:00:00Z', reference: 'SEPA 5000' };
  expect((await story.pay({ ...last, amount: '100.00' })).body.code).toBe('amount_differs');
  const next = await story.pay({ ...last, amount: '50.00' }, { by: ben });
  await approve(cleo, next.body.id);
  expect(await story.balance()).toEqual({
    approved: '0.00',
    pending: '0.00',
    returned: '0.00',
    total: '0.00',
  });
  expect((await story.statement('2027-03')).sums).toEqual(['0.00', '-50.00', '50.00', '0.00']);
});

test('a worker that is killed just before it commits a payment books it once after the restart', async () => {
  const story = await Story.begin('1000');
  await story.clock('2026-03-01T12:00:00Z');
  await story.untilPayable('100.00');
  await plumbline.stop();

  const environment = { PLUMBLINE_FAILPOINTS: 'payout:before-commit=kill' };
  const port = Number(new URL(plumbline.url).port);
  plumbline = await RunningPlumbline.spawn({ dataFolder, port, environment });
  await plumbline.untilReady();
  const transfer = { amount: '100.00', paidAt: '2026-03-01T10:00:00Z', reference: 'SEPA 9' };
  const said = await story.pay(transfer, { once: 'killed' });
  expect([said.status, said.body.state]).toEqual([202, 'due']);
  await until('the worker was killed', async () =>
    plumbline.output.includes('failpoint payout:before-commit: kill'),
  );
  expect((await story.program.read(`/v1/payments/${said.body.id}`)).state).toBe('due');
  plumbline.signalTree('SIGKILL');
  await plumbline.untilGone();

  plumbline = await RunningPlumbline.start({ dataFolder, port });
  expect((await story.pay(transfer, { once: 'killed' })).body.id).toBe(said.body.id);
  expect(await story.balance()).toEqual({
    approved: '0.00',
    pending: '0.00',
    returned: '0.00',
    total: '0.00',
  });
  const { items } = await story.program.read(`/v1/payments?partnerId=${story.ann}`);
  expect(items.map((one: { id: string; state: string }) => `${one.id} ${one.state}`)).toEqual([
    `${said.body.id} paid`,
  ]);
  expect(await story.statement('2026-03')).toEqual({
    sums: ['100.00', '0.00', '-100.00', '0.00'],
    payments: ['payment SEPA 9 -100.00'],
  });
});

test('and the books of all these stories agree with the evidence', () => {
  expect(verifyBooks(dataFolder)).toContain('The books agree with the evidence.');
});
