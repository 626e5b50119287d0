import {
  IconArrowsSplit2,
  IconCoins,
  IconFlask,
  IconFileImport,
  IconInbox,
  IconLink,
  IconParking,
  IconPlugConnected,
  IconReplace,
  IconRoute,
  IconTimelineEvent,
  IconUserShare,
  IconUsers,
  IconUsersGroup,
  IconWaveSine,
  IconAlertHexagon,
} from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';

export interface Section {
  readonly label: string;
  readonly href: string;
  /** Pressed after g. */
  readonly key: string;
  readonly icon: Icon;
  readonly says: string;
  readonly group: 'Watch' | 'Evidence' | 'Program';
  /** What the session must be allowed to do. */
  readonly scope: string;
}

/** The navigation, in its order: what moves, what came in, who is paid. */
export const SECTIONS: readonly Section[] = [
  {
    label: 'Road',
    href: '/',
    key: 'r',
    icon: IconRoute,
    says: 'The way of the events, live',
    group: 'Watch',
    scope: 'evidence:read',
  },
  {
    label: 'Customers',
    href: '/customers',
    key: 'c',
    icon: IconUsers,
    says: 'A customer from click to commission',
    group: 'Watch',
    scope: 'customers:read',
  },
  {
    label: 'Sources',
    href: '/sources',
    key: 's',
    icon: IconPlugConnected,
    says: 'The systems that deliver, their feeds, and what waits',
    group: 'Evidence',
    scope: 'evidence:read',
  },
  {
    label: 'Deliveries',
    href: '/deliveries',
    key: 'd',
    icon: IconInbox,
    says: 'What came in, byte by byte',
    group: 'Evidence',
    scope: 'evidence:read',
  },
  {
    label: 'Events',
    href: '/events',
    key: 'e',
    icon: IconTimelineEvent,
    says: 'What each delivery told, and what became of it',
    group: 'Evidence',
    scope: 'evidence:read',
  },
  {
    label: 'Parked',
    href: '/parked',
    key: 'p',
    icon: IconParking,
    says: 'Events that wait for their customer',
    group: 'Evidence',
    scope: 'evidence:read',
  },
  {
    label: 'Conflicts',
    href: '/conflicts',
    key: 'o',
    icon: IconUsersGroup,
    says: 'Identifiers that several customers claim',
    group: 'Evidence',
    scope: 'customers:read',
  },
  {
    label: 'Quarantine',
    href: '/quarantine',
    key: 'q',
    icon: IconAlertHexagon,
    says: 'What could not be read, and how to repair it',
    group: 'Evidence',
    scope: 'evidence:read',
  },
  {
    label: 'Drift',
    href: '/drift',
    key: 'w',
    icon: IconWaveSine,
    says: 'What changed in what sources send',
    group: 'Evidence',
    scope: 'evidence:read',
  },
  {
    label: 'Trials',
    href: '/trials',
    key: 't',
    icon: IconFlask,
    says: 'Try a draft of a mapping before it is put in force',
    group: 'Evidence',
    scope: 'evidence:read',
  },
  {
    label: 'Change sets',
    href: '/change-sets',
    key: 'h',
    icon: IconReplace,
    says: 'Changes of what was booked: approve, follow, undo',
    group: 'Evidence',
    scope: 'evidence:read',
  },
  {
    label: 'Imports',
    href: '/imports',
    key: 'i',
    icon: IconFileImport,
    says: 'Files: look, try, import, correct',
    group: 'Evidence',
    scope: 'evidence:read',
  },
  {
    label: 'Partners',
    href: '/partners',
    key: 'a',
    icon: IconArrowsSplit2,
    says: 'The tree of partners and their terms',
    group: 'Program',
    scope: 'registry:read',
  },
  {
    label: 'Reassignments',
    href: '/reassignments',
    key: 'n',
    icon: IconUserShare,
    says: 'Give customers to another partner, looked at in money first',
    group: 'Program',
    scope: 'customers:read',
  },
  {
    label: 'Tracking',
    href: '/tracking',
    key: 'l',
    icon: IconLink,
    says: 'Links, promo codes, creatives, and every visit',
    group: 'Program',
    scope: 'registry:read',
  },
  {
    label: 'Commissions',
    href: '/commissions',
    key: 'm',
    icon: IconCoins,
    says: 'Every booked cent, explained',
    group: 'Program',
    scope: 'commissions:read',
  },
];
