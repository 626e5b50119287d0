// A browser before the real console: one server as `npm start` makes it, one admin made by its one-time link.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { KEY, RunningPlumbline } from '../../server/test/journeys/running-plumbline.ts';

/** Debian's browser; CHROMIUM names another. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Without a browser the stories below cannot be walked; the test run then says that they were not. */
export const HAS_BROWSER = existsSync(CHROMIUM);

export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const ADMIN = {
  name: 'Ana Keller',
  email: 'ana@broker.example',
  password: 'a long walk along the river',
};

export type Scheme = 'light' | 'dark';
export const WIDTHS = [1440, 1024, 390] as const;

export class ConsoleBrowser {
  readonly plumbline: RunningPlumbline;
  readonly #browser: Browser;
  readonly #dataFolder: string;

  private constructor(parts: { plumbline: RunningPlumbline; browser: Browser; dataFolder: string }) {
    this.plumbline = parts.plumbline;
    this.#browser = parts.browser;
    this.#dataFolder = parts.dataFolder;
  }

  /** Starts a server on a data folder of its own, and a browser. */
  static async start(): Promise<ConsoleBrowser> {
    const dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-console-'));
    const [plumbline, browser] = await Promise.all([
      RunningPlumbline.start({ dataFolder }),
      chromium.launch({ executablePath: CHROMIUM, args: FLAGS }),
    ]);
    return new ConsoleBrowser({ plumbline, browser, dataFolder });
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.plumbline.stop();
    rmSync(this.#dataFolder, { recursive: true, force: true });
  }

  address(path: string): string {
    return `${this.plumbline.url}/console${path}`;
  }

  /** A call of the API with the first key; throws on an answer that refuses. */
  async call(method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>> {
    const answer = await fetch(`${this.plumbline.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${KEY}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The one-time link that the start printed. */
  get welcomeLink(): string {
    const link = /\S+\/console\/welcome\?token=\S+/.exec(this.plumbline.output)?.[0];
    if (link === undefined)
      throw new Error(`the start printed no link for the first admin:\n${this.plumbline.output}`);
    return link;
  }

  /** A new visitor: no cookie, nothing remembered. Leaves with the story: a page left open goes on drawing live figures. */
  async visitor(options: { scheme?: Scheme; width?: number } = {}): Promise<Page> {
    const { scheme = 'light', width = 1440 } = options;
    const context = await this.#browser.newContext({
      viewport: { width, height: width < 600 ? 844 : 900 },
      colorScheme: scheme,
      reducedMotion: 'reduce',
      timezoneId: 'Europe/Berlin',
      locale: 'en-GB',
    });
    onTestFinished(() => context.close());
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    return context.newPage();
  }

  /** Makes the first admin, without the page, when there is none yet. */
  async makeAdmin(): Promise<void> {
    const token = new URL(this.welcomeLink).searchParams.get('token');
    await post(`${this.plumbline.url}/v1/session/first`, { token, ...ADMIN });
  }

  /** A page of the signed-in admin. */
  async admin(options: { scheme?: Scheme; width?: number } = {}): Promise<Page> {
    const page = await this.visitor(options);
    if (!(await signInByApi(page.context(), this.plumbline.url))) {
      // A story told alone has no story before it that made the admin.
      await this.makeAdmin();
      await signInByApi(page.context(), this.plumbline.url);
    }
    return page;
  }
}

async function signInByApi(context: BrowserContext, url: string): Promise<boolean> {
  const { email, password } = ADMIN;
  const answer = await context.request.post(`${url}/v1/session`, {
    data: { email, password },
    headers: { 'x-plumbline-csrf': '1' },
  });
  return answer.ok();
}

async function post(address: string, body: object): Promise<void> {
  const answer = await fetch(address, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-plumbline-csrf': '1' },
  });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
}

/** What the accessibility check finds wrong, one line each; empty when nothing is. */
export const axeFaults = (page: Page): Promise<string[]> => runAxe(page, {});

/** The same of nothing but the colours. */
export const contrastFaults = (page: Page): Promise<string[]> =>
  runAxe(page, { runOnly: ['color-contrast'] });

const AXE = readFileSync(
  createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'),
  'utf8',
);

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/**
 * Runs axe in the page itself. The package's own AxeBuilder gives the same findings and takes five times as long: it puts
 * the source in again for every check, looks for frames, which the console has none of, and brings over what is right too.
 */
async function runAxe(page: Page, options: { readonly runOnly?: readonly string[] }): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(`${AXE}; 0`);
  const violations = await page.evaluate(async (asked) => {
    const { axe } = globalThis as unknown as {
      axe: { run(root: Document, options: object): Promise<{ violations: AxeViolation[] }> };
    };
    return (await axe.run(document, { resultTypes: ['violations'], ...asked })).violations;
  }, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}

/**
 * Says what went wrong in the page: errors of its own, and what its security policy kept out. Call before the first goto.
 * An answer with an error status is not among them: the stories look at those themselves.
 */
export function watchFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  return faults;
}

/** Sideways scrolling of the page itself, in px; 0 is right at every width. */
export async function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** The sum of all layout shifts since the page was opened that no input caused. */
export async function watchShifts(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const store = globalThis as unknown as { shifts: number };
    store.shifts = 0;
    interface Shift {
      readonly value: number;
      readonly hadRecentInput: boolean;
      readonly sources: readonly { readonly node: Node | null }[];
    }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as Shift[]) {
        if (entry.hadRecentInput) continue;
        store.shifts += entry.value;
        const moved = entry.sources.map(({ node }) => node?.textContent?.slice(0, 40) ?? '?');
        console.info(`moved by ${entry.value.toFixed(4)}: ${moved.join(' | ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { shifts: number }).shifts);
}

/** Keeps a picture for people to look at, where SCREENSHOTS names a folder; else nothing. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
