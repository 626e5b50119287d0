import { useEffect, useRef, useState } from 'react';
import type { PointerEvent, RefObject } from 'react';
import { BOX } from './forest.ts';
import type { PlacedPartner, TreeDrawing } from './forest.ts';
import { firstView, fitView, panView, showPoint, zoomView } from './view-box.ts';
import type { ViewBox } from './view-box.ts';

export const CLOSER = 0.8;
export const FURTHER = 1.25;

/** Which part of the tree is shown, and how the reader changes it. `height` of the place in px, until it is measured. */
export function useTreeView(drawing: TreeDrawing, place: RefObject<SVGSVGElement | null>, height: number) {
  const [view, setView] = useState<ViewBox>({ x: 0, y: 0, width: 1000, height });
  const [width, setWidth] = useState(1000);
  // A new drawing, or a new size of its place, is shown as far as it can be read; after that it is the reader's choice.
  useEffect(() => {
    const svg = place.current;
    if (svg === null) return;
    const watch = new ResizeObserver(() => {
      const box = svg.getBoundingClientRect();
      setWidth(Math.max(1, box.width));
      setView(firstView(drawing, box, drawing.nodes[0]?.y ?? 0));
    });
    watch.observe(svg);
    return () => watch.disconnect();
  }, [drawing, place]);
  useWheelZoom(place, setView);
  return {
    view,
    /** Units of the drawing per px. */
    scale: view.width / width,
    drag: useDrag(setView),
    /** Closer or further around the middle. */
    zoom: (factor: number): void =>
      setView((now) => zoomView(now, factor, { x: now.x + now.width / 2, y: now.y + now.height / 2 })),
    /** Shows all of it, however small. */
    fit: (): void => {
      const box = place.current?.getBoundingClientRect();
      if (box !== undefined) setView(fitView(drawing, box));
    },
    /** Moves so far that the partner is to be seen. */
    reveal: (node: PlacedPartner): void =>
      setView((now) =>
        showPoint(now, { x: node.x + BOX.width / 2, y: node.y }, Math.min(BOX.width, now.width / 3)),
      ),
  };
}

type SetView = (change: (view: ViewBox) => ViewBox) => void;

/** The wheel zooms with Ctrl or a pinch only, so that the page still scrolls. */
function useWheelZoom(place: RefObject<SVGSVGElement | null>, setView: SetView): void {
  useEffect(() => {
    const svg = place.current;
    if (svg === null) return;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = svg.getBoundingClientRect();
      const share = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
      setView((view) =>
        zoomView(view, Math.exp(event.deltaY / 300), {
          x: view.x + share.x * view.width,
          y: view.y + share.y * view.height,
        }),
      );
    };
    svg.addEventListener('wheel', onWheel, { passive: false });
    return () => svg.removeEventListener('wheel', onWheel);
  }, [place, setView]);
}

function useDrag(setView: SetView) {
  const last = useRef<{ x: number; y: number }>(undefined);
  return {
    onPointerDown: (event: PointerEvent<SVGSVGElement>): void => {
      if ((event.target as Element).closest('a') !== null) return;
      last.current = { x: event.clientX, y: event.clientY };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>): void => {
      const from = last.current;
      if (from === undefined) return;
      const { width, height } = event.currentTarget.getBoundingClientRect();
      last.current = { x: event.clientX, y: event.clientY };
      const moved = { x: from.x - event.clientX, y: from.y - event.clientY };
      setView((view) => panView(view, (moved.x * view.width) / width, (moved.y * view.height) / height));
    },
    onPointerUp: (): void => {
      last.current = undefined;
    },
  };
}
