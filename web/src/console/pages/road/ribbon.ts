// The road as a ribbon: as wide at each stage as much has passed it.

/** Width of the drawing in its own units; it is stretched to the width of its place. */
export const RIBBON_WIDTH = 1000;

/**
 * How thick the ribbon is at each stage. Between `least` and `most`, by the square root of the count, so that a tenth is
 * still to be seen. Without any count every stage is `least`.
 */
export function thicknesses(counts: readonly number[], least: number, most: number): number[] {
  const top = Math.sqrt(Math.max(...counts, 0));
  return counts.map((count) =>
    top === 0 ? least : least + ((most - least) * Math.sqrt(Math.max(0, count))) / top,
  );
}

/** The outline of a ribbon around the middle of a drawing of the given height, one thickness per stage, stages evenly spread. */
export function ribbonPath(widths: readonly number[], height: number): string {
  if (widths.length === 0) return '';
  const step = RIBBON_WIDTH / widths.length;
  const points = [
    { x: 0, half: (widths[0] ?? 0) / 2 },
    ...widths.map((width, index) => ({ x: (index + 0.5) * step, half: width / 2 })),
    { x: RIBBON_WIDTH, half: (widths.at(-1) ?? 0) / 2 },
  ];
  const edge = (side: 1 | -1, list: typeof points): string =>
    list
      .map(({ x, half }, index) => {
        const y = round(height / 2 + side * half);
        const before = list[index - 1];
        if (before === undefined) return `${round(x)} ${y}`;
        // Level at every stage, so that the ribbon swells and narrows only between them.
        const middle = round((before.x + x) / 2);
        return `C${middle} ${round(height / 2 + side * before.half)} ${middle} ${y} ${round(x)} ${y}`;
      })
      .join('');
  return `M${edge(-1, points)}L${edge(1, [...points].reverse())}Z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
