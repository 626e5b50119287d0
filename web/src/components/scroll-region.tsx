import type { ReactNode } from 'react';

interface ScrollRegionProps {
  /** What scrolls here, for those who hear the page. */
  readonly label: string;
  readonly minWidth: number;
  readonly maxHeight?: number;
  readonly children: ReactNode;
}

/** A part that may be wider than the screen; reached by the keyboard, so that it can be scrolled without a mouse. */
export function ScrollRegion({ label, minWidth, maxHeight, children }: ScrollRegionProps) {
  return (
    <div role="region" aria-label={label} tabIndex={0} style={{ overflow: 'auto', maxHeight }}>
      <div style={{ minWidth }}>{children}</div>
    </div>
  );
}
