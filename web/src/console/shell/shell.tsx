import { AppShell, Burger, Kbd } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { sessionQuery } from '../../api/session.ts';
import { AppLink } from '../../components/app-link.tsx';
import { LiveProvider } from '../../live/live-provider.tsx';
import { useProgram } from '../program.ts';
import { FreshnessMark } from './freshness-mark.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { Mark } from './mark.tsx';
import { Navigation } from './navigation.tsx';
import { palette } from './palette-store.ts';
import { Palette } from './palette.tsx';
import { ProgramSwitch } from './program-switch.tsx';
import classes from './shell.module.css';
import { useShortcuts } from './shortcuts.ts';
import { UserMenu } from './user-menu.tsx';

/** The frame of every page: where one is, what is chosen, how fresh the figures are. */
export function Shell() {
  const { programId } = useProgram();
  const [navOpened, nav] = useDisclosure(false);
  const [helpOpened, help] = useDisclosure(false);
  const { pathname } = useLocation();
  const { data: session } = useQuery(sessionQuery);
  useShortcuts({ onHelp: help.toggle });
  // On a narrow screen the navigation covers the page that was just chosen.
  useEffect(() => nav.close(), [pathname]); // eslint-disable-line react-hooks/exhaustive-deps -- only a move closes it
  if (session === null) return null;

  return (
    <LiveProvider programId={programId}>
      <a className="skip-link" href="#page">
        Skip to the page
      </a>
      <AppShell
        header={{ height: 52 }}
        navbar={{ width: 212, breakpoint: 'md', collapsed: { mobile: !navOpened } }}
        padding={{ base: 12, sm: 20 }}
      >
        <AppShell.Header className={classes.header}>
          <div className={classes.bar}>
            <Burger
              opened={navOpened}
              onClick={nav.toggle}
              hiddenFrom="md"
              size="sm"
              aria-label={navOpened ? 'Close the navigation' : 'Open the navigation'}
            />
            <AppLink
              href="/"
              className={classes.brand ?? ''}
              underline="never"
              aria-label="Plumbline, to the road"
            >
              <Mark />
              <span className={classes.brandName}>Plumbline</span>
            </AppLink>
            <ProgramSwitch />
            <div className={classes.spacer} />
            <button type="button" className={classes.searchButton} onClick={palette.open}>
              <IconSearch size={15} aria-hidden />
              <span>Search or go to …</span>
              <Kbd size="xs">/</Kbd>
            </button>
            <FreshnessMark />
            <UserMenu onHelp={help.open} />
          </div>
        </AppShell.Header>
        <AppShell.Navbar className={classes.navbar ?? ''}>
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main className={classes.main ?? ''}>
          <div id="page" tabIndex={-1} className={classes.page}>
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
      <Palette />
      <HelpDialog opened={helpOpened} onClose={help.close} />
    </LiveProvider>
  );
}
