// What the terminal shows: a block of figures that is drawn again in place, or plain lines where nobody draws.

const BAR_WIDTH = 28;
const PLAIN_EVERY_MS = 10_000;
const CLEAR_LINE = '\u001b[2K';
const DIM = '\u001b[2m';
const BOLD = '\u001b[1m';
const PLAIN = '\u001b[0m';

/** Where the demo speaks. */
export class Screen {
  readonly #isTerminal = process.stdout.isTTY;
  #drawn = 0;
  #plainAt = Number.NEGATIVE_INFINITY;

  /** Says something that stays. */
  say(text: string): void {
    this.#wipe();
    process.stdout.write(`${text}\n`);
  }

  /** A heading that stays. */
  head(text: string): void {
    this.say(`\n${this.#style(BOLD, text)}`);
  }

  /** Draws the moving block; without a terminal now and then one line of it. */
  draw(lines: readonly string[]): void {
    if (this.#isTerminal) {
      this.#wipe();
      const width = (process.stdout.columns ?? 100) - 1;
      process.stdout.write(lines.map((line) => `${CLEAR_LINE}${cut(line, width)}\n`).join(''));
      this.#drawn = lines.length;
      return;
    }
    if (performance.now() - this.#plainAt < PLAIN_EVERY_MS) return;
    this.#plainAt = performance.now();
    process.stdout.write(`${lines.join('\n')}\n`);
  }

  /** Leaves the block where it is. */
  settle(): void {
    this.#drawn = 0;
  }

  dim(text: string): string {
    return this.#style(DIM, text);
  }

  bold(text: string): string {
    return this.#style(BOLD, text);
  }

  /** A bar for a share from 0 to 1. */
  bar(share: number): string {
    const full = Math.round(Math.min(Math.max(share, 0), 1) * BAR_WIDTH);
    return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
  }

  #style(code: string, text: string): string {
    return this.#isTerminal ? `${code}${text}${PLAIN}` : text;
  }

  #wipe(): void {
    if (this.#drawn > 0) process.stdout.write(`\u001b[${this.#drawn}A\u001b[J`);
    this.#drawn = 0;
  }
}

/** A line that would wrap would spoil the drawing in place. The block has no styles, so characters are columns. */
function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
