// What every page has to hold whatever it shows: it fits every width, and whoever hears it or sees little can use it.
import type { Page } from 'playwright-core';
import {
  axeFaults,
  contrastFaults,
  keepPicture,
  overflowOf,
  watchFaults,
  WIDTHS,
} from './console-browser.ts';
import type { ConsoleBrowser } from './console-browser.ts';

/** Pages to look at: a name for the picture and the fault, and the address inside the console. */
export type Places = Readonly<Record<string, string>>;

/**
 * What is wrong with the pages, one line each; empty when nothing is. Each page is opened once and then shown as
 * other screens show it, because opening it is most of the time: light and dark differ in their colours only, so
 * all rules are checked in light, at the widest and at the narrowest, and those of contrast in dark too.
 * `page` is a page of whoever may see the places, in light.
 */
export async function faultsOfPages(page: Page, house: ConsoleBrowser, places: Places): Promise<string[]> {
  const wrong: string[] = [];
  const faults = watchFaults(page);
  for (const [name, path] of Object.entries(places)) {
    await page.goto(house.address(path));
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    wrong.push(...(await faultsOfPage(page, name)));
  }
  return [...wrong, ...faults];
}

/** The same of what is open: in light before and after. */
export async function faultsOfPage(page: Page, name: string): Promise<string[]> {
  const wrong: string[] = [];
  const say = (where: string, found: readonly string[]): void => {
    wrong.push(...found.map((fault) => `${name} ${where}: ${fault}`));
  };
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
    await untilWhole(page);
    await keepPicture(page, `${name}-${width}-light`);
    const overflow = await overflowOf(page);
    if (overflow > 0) say(`${width}`, [`wider than the screen by ${overflow} px`]);
    // The widest and the narrowest have every part that a page can have.
    if (width !== 1024) say(`${width}`, await axeFaults(page));
  }
  await page.setViewportSize({ width: WIDTHS[0], height: 900 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  await untilWhole(page);
  say('dark', await contrastFaults(page));
  await keepPicture(page, `${name}-${WIDTHS[0]}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.locator('html[data-mantine-color-scheme="light"]').waitFor();
  return wrong;
}

/** Waits until nothing is on its way any more. */
async function untilWhole(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('[aria-busy="true"], .mantine-Skeleton-root[data-visible="true"]') === null,
  );
}
