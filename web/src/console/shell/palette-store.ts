import { createSpotlight } from '@mantine/spotlight';

/** The one palette of the console, and how to open it. */
export const [paletteStore, palette] = createSpotlight();

/**
 * Marks the first entry as the one that Enter opens. What the server finds comes after the letters are typed and stands
 * on top; without this, Enter would open what was on top before. A choice made with the arrows stays.
 */
export function markFirstEntry(): void {
  const { listId, selected } = paletteStore.getState();
  const list = document.querySelector(`[id="${listId}"]`);
  const first = list?.querySelector('[data-action]');
  if (selected > 0 || list === null || first === null || first === undefined) return;
  list.querySelector('[data-selected]')?.removeAttribute('data-selected');
  first.setAttribute('data-selected', 'true');
}
