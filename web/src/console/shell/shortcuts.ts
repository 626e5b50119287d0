import { useEffect } from 'react';
import { useGo } from '../../components/app-link.tsx';
import { SECTIONS } from '../sections.ts';
import { palette } from './palette-store.ts';

/** How long the second key of a pair may take, in ms. */
const PAIR_MS = 1200;

/** `/` searches, `f` goes to the page's filter, `g` and a letter go to a section, `?` helps. Never while one types. */
export function useShortcuts({ onHelp }: { onHelp: () => void }): void {
  const go = useGo();
  useEffect(() => {
    let firstAt = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const section =
        event.timeStamp - firstAt < PAIR_MS ? SECTIONS.find(({ key }) => key === event.key) : undefined;
      firstAt = 0;
      if (section !== undefined) go(section.href);
      else if (event.key === 'g') firstAt = event.timeStamp;
      else if (event.key === '/') palette.open();
      else if (event.key === '?') onHelp();
      else if (event.key === 'f') focusFilter();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [go, onHelp]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="listbox"] *'))
  );
}

function focusFilter(): void {
  document.querySelector<HTMLElement>('[data-page-filter] input')?.focus();
}
