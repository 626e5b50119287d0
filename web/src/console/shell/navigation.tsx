import { useLocation } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { mayDo, sessionQuery } from '../../api/session.ts';
import { AppLink } from '../../components/app-link.tsx';
import { SECTIONS } from '../sections.ts';
import classes from './shell.module.css';

const GROUPS = ['Watch', 'Evidence', 'Program', 'Money'] as const;

/** The sections that the session may open. */
export function Navigation() {
  const { pathname } = useLocation();
  const { data: session } = useQuery(sessionQuery);
  return (
    <nav aria-label="Sections">
      {GROUPS.map((group) => (
        <div key={group} role="group" aria-label={group}>
          <div className={classes.group} aria-hidden>
            {group}
          </div>
          <ul className={classes.list}>
            {SECTIONS.filter(
              (section) => section.group === group && mayDo(session ?? null, section.scope),
            ).map(({ href, icon: Picture, key, label }) => (
              <li key={href}>
                <AppLink
                  href={href}
                  className={classes.item ?? ''}
                  underline="never"
                  aria-current={isCurrent(pathname, href) ? 'page' : undefined}
                >
                  <Picture size={17} stroke={1.7} aria-hidden />
                  {label}
                  <kbd aria-hidden>g {key}</kbd>
                </AppLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** Whether an address inside the console lies in a section; the road is only its own page. */
function isCurrent(pathname: string, href: string): boolean {
  const here = pathname.replace(/^\/console/, '').replace(/\/$/, '') || '/';
  return href === '/' ? here === '/' : here === href || here.startsWith(`${href}/`);
}
