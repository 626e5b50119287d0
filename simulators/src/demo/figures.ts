import type { Api } from './api.ts';
import { readConservation, readEarned, sayCents, totalsOf } from './books.ts';
import type { Broker } from './broker.ts';
import type { Polling } from './polling.ts';
import type { Screen } from './screen.ts';
import type { Tally } from './tally.ts';

export interface FigureParts {
  readonly api: Api;
  readonly screen: Screen;
  readonly tally: Tally;
  readonly broker: Broker;
  readonly polling: Polling;
  readonly lastsMs: number;
}

/** The moving block: what was told, where it is, what was earned. */
export class Figures {
  readonly #parts: FigureParts;
  #isAsking = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  #road = 'counting ...';
  #money = '';
  #pace: { at: number; items: number }[] = [];

  constructor(parts: FigureParts) {
    this.#parts = parts;
  }

  refresh(share: number, clockMs: number): void {
    if (!this.#isAsking && performance.now() - this.#askedAt > 1_000) void this.#ask();
    this.#draw(share, clockMs);
  }

  async end(clockMs: number): Promise<void> {
    await this.#ask();
    this.#draw(1, clockMs);
    this.#parts.screen.settle();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    try {
      const { total } = await readConservation(this.#parts.api);
      const number = (count: number): string => count.toLocaleString('en-US');
      this.#road = `${number(total.decided)} decided · ${number(total.inFlight)} in flight · ${number(total.waiting)} waiting · ${number(total.parked)} parked`;
      const totals = totalsOf(await readEarned(this.#parts.api));
      this.#money = totals
        .map(
          (row) =>
            `${row.currency} ${sayCents(row.accrued + row.approved)} (${sayCents(row.approved)} approved)`,
        )
        .join(' · ');
    } catch {
      // Figures are for looking at; the next look will find them.
    } finally {
      this.#isAsking = false;
      this.#askedAt = performance.now();
    }
  }

  #draw(share: number, clockMs: number): void {
    const { screen, tally, broker, polling, lastsMs } = this.#parts;
    const now = performance.now();
    this.#pace = [...this.#pace.filter(({ at }) => now - at < 5_000), { at: now, items: tally.items }];
    const [oldest] = this.#pace;
    const seconds = (now - (oldest?.at ?? now)) / 1000;
    const perSecond = seconds > 0.4 ? Math.round((tally.items - (oldest?.items ?? 0)) / seconds) : 0;
    const left = Math.ceil(((1 - share) * lastsMs) / 1000);
    const day = new Date(clockMs).toISOString().slice(0, 16).replace('T', ' ');
    screen.draw([
      `  ${screen.bar(share)} ${String(Math.round(share * 100)).padStart(3)} %   the program's clock: ${day} UTC   ${left} s left`,
      `  broker   ${broker.clicks} clicks, ${broker.registrations} registrations; ${polling.failures} questions to the trading server failed and were asked again`,
      `  told     ${tally.items.toLocaleString('en-US')} items, ${perSecond}/s: ${tally.say()}`,
      `  road     ${this.#road}`,
      `  earned   ${this.#money === '' ? 'nothing yet' : this.#money}`,
    ]);
  }
}
