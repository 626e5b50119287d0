import { Anchor } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import type { AnchorProps } from '@mantine/core';
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';

/** What every address of the console begins with. */
export const BASE = '/console';

interface AppLinkProps
  extends AnchorProps, Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps | 'href'> {
  /** Address inside the console, such as `/events?state=parked`. */
  readonly href: string;
  readonly children?: ReactNode;
}

/** A link inside the console: a real address, that opens without loading the page anew. */
export function AppLink({ href, onClick, ...rest }: AppLinkProps) {
  const go = useGo();
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    event.stopPropagation();
    go(href);
  };
  return <Anchor inherit {...rest} href={`${BASE}${keepProgram(href)}`} onClick={follow} />;
}

/** Goes to an address inside the console; the chosen program stays chosen. */
export function useGo(): (href: string) => void {
  const { history } = useRouter();
  return (href) => history.push(`${BASE}${keepProgram(href)}`);
}

/** The address with the chosen program, unless it says one itself. */
export function keepProgram(href: string): string {
  const program = new URLSearchParams(globalThis.location.search).get('program');
  if (program === null || program === '') return href;
  const [path = '', query = ''] = href.split('?');
  const values = new URLSearchParams(query);
  if (!values.has('program')) values.set('program', program);
  return `${path}?${values.toString()}`;
}
