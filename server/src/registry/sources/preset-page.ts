// What the page about a preset says, taken apart: pages are Markdown of a known plain form.

export interface PresetPage {
  /** The first paragraph. */
  readonly summary: string;
  /** Every item of a list, in order, but those to confirm. */
  readonly facts: readonly string[];
  /** What to ask the sender: items under a heading that says so, and paragraphs that begin with it. */
  readonly toConfirm: readonly string[];
}

/** Never throws; what is not there is empty. */
export function readPresetPage(markdown: string): PresetPage {
  const facts: string[] = [];
  const toConfirm: string[] = [];
  let summary = '';
  let isConfirming = false;
  for (const block of blocksOf(markdown)) {
    if (block.startsWith('#')) {
      isConfirming = /\bconfirm\b/i.test(block);
      continue;
    }
    const items = itemsOf(block);
    if (items.length > 0) (isConfirming ? toConfirm : facts).push(...items);
    else if (/^(?:to )?confirm\b/i.test(block)) toConfirm.push(block);
    else if (isConfirming && !block.startsWith('|')) toConfirm.push(block);
    else if (summary === '') summary = block;
  }
  return { summary, facts, toConfirm };
}

/** Paragraphs, headings, tables and lists, each as one text; code keeps its place and is left out. */
function blocksOf(markdown: string): string[] {
  return markdown
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/^(#+ .*)$/gm, '\n$1\n')
    .split(/\n\s*\n/)
    .map((block) => (/^[-*] /.test(block.trim()) ? block.trim() : block.trim().replaceAll(/\s*\n\s*/g, ' ')))
    .filter((block) => block !== '');
}

/** The items of a list; none of anything else. */
function itemsOf(block: string): string[] {
  if (!/^[-*] /.test(block)) return [];
  return block
    .split(/^[-*] /m)
    .map((item) => item.trim().replaceAll(/\s*\n\s*/g, ' '))
    .filter((item) => item !== '');
}
