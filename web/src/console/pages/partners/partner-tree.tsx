import { ActionIcon, Tooltip } from '@mantine/core';
import { IconMaximize, IconMinus, IconPlus } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { BASE, keepProgram, useGo } from '../../../components/app-link.tsx';
import { BOX, drawTree, inView, neighbourOf } from './forest.ts';
import type { PlacedPartner, TreePartner } from './forest.ts';
import classes from './partner-tree.module.css';
import { CLOSER, FURTHER, useTreeView } from './use-tree-view.ts';

/** Trees up to this size are drawn; larger ones are browsed level by level. What is out of sight is not drawn, whatever the size. */
export const MOST_DRAWN = 5_000;

/** Drawing units per px beyond which no name can be read. */
const FAR = 3;

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
  const { view, scale, drag, zoom, fit, reveal } = useTreeView(drawing, place, height);
  const shown = useMemo(() => inView(drawing, view), [drawing, view]);
  // A partner that an arrow key leads to may be out of sight: it is shown first, then it has the focus.
  const [wanted, setWanted] = useState<string>();
  useEffect(() => {
    if (wanted === undefined) return;
    place.current?.querySelector<SVGAElement>(`[data-partner="${wanted}"]`)?.focus({ preventScroll: true });
    setWanted(undefined);
  }, [wanted, shown]);

  const moveByKey = (event: KeyboardEvent<SVGSVGElement>): void => {
    const here = (event.target as Element).closest('[data-partner]')?.getAttribute('data-partner');
    if (event.key === '+' || event.key === '-') zoom(event.key === '+' ? CLOSER : FURTHER);
    else if (event.key === '0') fit();
    const next =
      here === undefined || here === null ? undefined : neighbourOf(drawing.nodes, here, event.key);
    if (next === undefined) return;
    event.preventDefault();
    const node = drawing.nodes.find(({ id }) => id === next);
    if (node !== undefined) reveal(node);
    setWanted(next);
  };

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
        {shown.edges.map(({ key, path }) => (
          <path key={key} className={classes.edge} d={path} />
        ))}
        {shown.nodes.map((node) => (
          <Box
            key={node.id}
            node={node}
            isCurrent={node.id === current}
            isFar={scale > FAR}
            note={noteOf?.(node.id)}
            onFocus={() => reveal(node)}
          />
        ))}
      </svg>
      <div className={classes.tools}>
        <Tool label="Closer" onClick={() => zoom(CLOSER)} icon={<IconPlus size={15} aria-hidden />} />
        <Tool label="Further" onClick={() => zoom(FURTHER)} icon={<IconMinus size={15} aria-hidden />} />
        <Tool label="Show all" onClick={fit} icon={<IconMaximize size={15} aria-hidden />} />
      </div>
    </div>
  );
}

interface BoxProps {
  readonly node: PlacedPartner;
  readonly isCurrent: boolean;
  /** Too small to read: its name is for those who hear the page, and for the pointer. */
  readonly isFar: boolean;
  readonly note: string | undefined;
  readonly onFocus: () => void;
}

function Box({ node, isCurrent, isFar, note, onFocus }: BoxProps) {
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
      data-far={isFar}
      data-status={node.status}
      {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
      onFocus={onFocus}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(href);
      }}
    >
      <rect x={node.x} y={node.y - BOX.height / 2} width={BOX.width} height={BOX.height} rx={8} />
      {isFar ? (
        <title>{`${node.name}, level ${node.depth}`}</title>
      ) : (
        <foreignObject x={node.x} y={node.y - BOX.height / 2} width={BOX.width} height={BOX.height}>
          <div className={classes.words} title={node.name}>
            <span className={classes.name}>{node.name}</span>
            <span className="visually-hidden">, level {node.depth}</span>
            {line !== '' && <span className={classes.note}>{line}</span>}
          </div>
        </foreignObject>
      )}
    </a>
  );
}

function Tool({ label, icon, onClick }: { label: string; icon: ReactNode; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="md" aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
