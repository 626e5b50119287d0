import { ActionIcon, Tooltip } from '@mantine/core';
import { IconMaximize, IconMinus, IconPlus } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { BASE, keepProgram, useGo } from '../../../components/app-link.tsx';
import { BOX, drawTree, neighbourOf } from './forest.ts';
import type { PlacedPartner, TreePartner } from './forest.ts';
import classes from './partner-tree.module.css';
import { firstView, fitView, panView, showPoint, zoomView } from './view-box.ts';
import type { ViewBox } from './view-box.ts';

interface PartnerTreeProps {
  readonly forest: readonly TreePartner[];
  /** The partner whose page this is. */
  readonly current?: string;
  /** A line below the name, such as the number of its customers. */
  readonly noteOf?: (id: string) => string | undefined;
  /** Most px that the picture takes; a small tree takes less. */
  readonly maxHeight?: number;
}

/** Trees of partners as a picture: drag to move, Ctrl and wheel or the buttons to zoom, arrow keys from partner to partner. */
export function PartnerTree({ forest, current, noteOf, maxHeight = 420 }: PartnerTreeProps) {
  const drawing = useMemo(() => drawTree(forest), [forest]);
  const height = Math.min(maxHeight, Math.max(160, drawing.height + 72));
  const place = useRef<SVGSVGElement>(null);
  const [view, setView] = useState<ViewBox>({ x: 0, y: 0, width: 1000, height });
  const fit = (): void => {
    const box = place.current?.getBoundingClientRect();
    if (box !== undefined) setView(fitView(drawing, box));
  };
  // A new drawing is shown as far as it can be read; everything after that is the reader's choice.
  useEffect(() => {
    const box = place.current?.getBoundingClientRect();
    if (box !== undefined) setView(firstView(drawing, box, drawing.nodes[0]?.y ?? 0));
  }, [drawing]);
  useWheelZoom(place, setView);
  const drag = useDrag(setView);
  const middle = { x: view.x + view.width / 2, y: view.y + view.height / 2 };

  const moveByKey = (event: KeyboardEvent<SVGSVGElement>): void => {
    const here = (event.target as Element).closest('[data-partner]')?.getAttribute('data-partner');
    if (event.key === '+' || event.key === '-') setView(zoomView(view, event.key === '+' ? 0.8 : 1.25, middle));
    else if (event.key === '0') fit();
    const next = here === undefined || here === null ? undefined : neighbourOf(drawing.nodes, here, event.key);
    if (next === undefined) return;
    event.preventDefault();
    place.current?.querySelector<SVGAElement>(`[data-partner="${next}"]`)?.focus({ preventScroll: true });
  };
  const reveal = (node: PlacedPartner): void =>
    setView((now) => showPoint(now, { x: node.x + BOX.width / 2, y: node.y }, Math.min(BOX.width, now.width / 3)));

  return (
    <div className={classes.frame} style={{ height }}>
      <svg
        ref={place}
        className={classes.picture}
        viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
        role="group"
        aria-label="Tree of partners. Arrow keys go from partner to partner, plus and minus zoom, zero shows all."
        onKeyDown={moveByKey}
        {...drag}
      >
        {drawing.edges.map(({ key, path }) => (
          <path key={key} className={classes.edge} d={path} />
        ))}
        {drawing.nodes.map((node) => (
          <Box key={node.id} node={node} isCurrent={node.id === current} note={noteOf?.(node.id)} onFocus={() => reveal(node)} />
        ))}
      </svg>
      <div className={classes.tools}>
        <Tool label="Closer" onClick={() => setView(zoomView(view, 0.8, middle))} icon={<IconPlus size={15} aria-hidden />} />
        <Tool label="Further" onClick={() => setView(zoomView(view, 1.25, middle))} icon={<IconMinus size={15} aria-hidden />} />
        <Tool label="Show all" onClick={fit} icon={<IconMaximize size={15} aria-hidden />} />
      </div>
    </div>
  );
}

interface BoxProps {
  readonly node: PlacedPartner;
  readonly isCurrent: boolean;
  readonly note: string | undefined;
  readonly onFocus: () => void;
}

function Box({ node, isCurrent, note, onFocus }: BoxProps) {
  const go = useGo();
  const href = `/partners/${node.id}`;
  const below = node.below === 0 ? '' : `${node.below} below`;
  const line = node.status === 'suspended' ? 'suspended' : (note ?? below);
  return (
    <a
      href={`${BASE}${keepProgram(href)}`}
      className={classes.box}
      data-partner={node.id}
      data-current={isCurrent}
      data-status={node.status}
      aria-label={`${node.name}, level ${node.depth}${line === '' ? '' : `, ${line}`}`}
      {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
      onFocus={onFocus}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(href);
      }}
    >
      <title>{node.name}</title>
      <rect x={node.x} y={node.y - BOX.height / 2} width={BOX.width} height={BOX.height} rx={8} />
      <text className={classes.name} x={node.x + 12} y={node.y + (line === '' ? 4 : -3)}>
        {node.name.length > 22 ? `${node.name.slice(0, 21)}…` : node.name}
      </text>
      {line !== '' && (
        <text className={classes.note} x={node.x + 12} y={node.y + 13}>
          {line}
        </text>
      )}
    </a>
  );
}

function Tool({ label, icon, onClick }: { label: string; icon: React.ReactNode; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="md" aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

type SetView = (change: (view: ViewBox) => ViewBox) => void;

/** The wheel zooms with Ctrl or a pinch only, so that the page still scrolls. */
function useWheelZoom(place: React.RefObject<SVGSVGElement | null>, setView: SetView): void {
  useEffect(() => {
    const svg = place.current;
    if (svg === null) return;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = svg.getBoundingClientRect();
      const share = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
      setView((view) =>
        zoomView(view, Math.exp(event.deltaY / 300), { x: view.x + share.x * view.width, y: view.y + share.y * view.height }),
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
