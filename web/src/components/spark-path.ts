/** The path of a line through the values, zero at the bottom; empty for fewer than two. Sizes in the drawing's own units. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return '';
  const top = Math.max(...values, 0) || 1;
  const step = width / (values.length - 1);
  return values
    .map(
      (value, index) =>
        `${index === 0 ? 'M' : 'L'}${round(index * step)} ${round(height - 1 - (Math.max(0, value) / top) * (height - 2))}`,
    )
    .join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
