/** The part of a drawing that is shown, in the drawing's units. */
export interface ViewBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const LEAST = 120;
/** Wide enough for a tree of thousands, which is far higher than it is wide. */
const MOST = 2_000_000;

/** The whole drawing with a margin, in the proportion of its place, never larger than life. Sizes in px. */
export function fitView(
  drawing: { readonly width: number; readonly height: number },
  place: { readonly width: number; readonly height: number },
): ViewBox {
  const margin = 16;
  const scale = Math.max(
    1,
    (drawing.width + 2 * margin) / Math.max(1, place.width),
    (drawing.height + 2 * margin) / Math.max(1, place.height),
  );
  const width = Math.max(1, place.width) * scale;
  const height = Math.max(1, place.height) * scale;
  return { x: (drawing.width - width) / 2, y: (drawing.height - height) / 2, width, height };
}

/** Beyond this a name in the tree can no longer be read. */
const READABLE = 1.5;

/** What is shown first: all of it when its names can be read then, else the left end of it around `y`, at a size to read. */
export function firstView(
  drawing: { readonly width: number; readonly height: number },
  place: { readonly width: number; readonly height: number },
  y: number,
): ViewBox {
  const all = fitView(drawing, place);
  if (all.width <= place.width * READABLE) return all;
  const width = place.width * 1.2;
  const height = place.height * 1.2;
  return { x: -16, y: y - height / 2, width, height };
}

/** Closer (factor < 1) or further (factor > 1) around a point of the drawing. */
export function zoomView(
  view: ViewBox,
  factor: number,
  around: { readonly x: number; readonly y: number },
): ViewBox {
  const width = Math.min(Math.max(view.width * factor, LEAST), MOST);
  const real = width / view.width;
  return {
    x: around.x - (around.x - view.x) * real,
    y: around.y - (around.y - view.y) * real,
    width,
    height: view.height * real,
  };
}

/** Shifted by a distance in the drawing's units. */
export function panView(view: ViewBox, dx: number, dy: number): ViewBox {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

/** The view that shows a point, moved only when it does not yet. */
export function showPoint(
  view: ViewBox,
  point: { readonly x: number; readonly y: number },
  margin: number,
): ViewBox {
  const shift = (at: number, from: number, size: number): number =>
    at < from + margin ? at - margin - from : at > from + size - margin ? at + margin - from - size : 0;
  return panView(view, shift(point.x, view.x, view.width), shift(point.y, view.y, view.height));
}
