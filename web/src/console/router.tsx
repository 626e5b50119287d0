import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { sessionQuery } from '../api/session.ts';
import { PageFailed, PageMissing, PagePending } from './shell/page-states.tsx';
import { Shell } from './shell/shell.tsx';

interface Context {
  readonly queryClient: QueryClient;
}

type Search = Readonly<Record<string, string>>;

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: PageMissing });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});
const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./pages/welcome/welcome-page.tsx'), 'WelcomePage'),
});

/** Everything that needs a session. The address is kept, so that signing in leads back to it. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/sign-in', search: { next: location.href } as never });
  },
});

const road = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/road/road-page.tsx'), 'RoadPage'),
});
const customers = createRoute({
  getParentRoute: () => signedIn,
  path: '/customers',
  component: lazyRouteComponent(() => import('./pages/customers/customers-page.tsx'), 'CustomersPage'),
});
const customer = createRoute({
  getParentRoute: () => signedIn,
  path: '/customers/$id',
  component: lazyRouteComponent(() => import('./pages/customers/journey-page.tsx'), 'JourneyPage'),
});
const deliveries = createRoute({
  getParentRoute: () => signedIn,
  path: '/deliveries',
  component: lazyRouteComponent(() => import('./pages/deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
});
const delivery = createRoute({
  getParentRoute: () => signedIn,
  path: '/deliveries/$id',
  component: lazyRouteComponent(() => import('./pages/deliveries/delivery-page.tsx'), 'DeliveryPage'),
});
const events = createRoute({
  getParentRoute: () => signedIn,
  path: '/events',
  component: lazyRouteComponent(() => import('./pages/events/events-page.tsx'), 'EventsPage'),
});
const event = createRoute({
  getParentRoute: () => signedIn,
  path: '/events/$id',
  component: lazyRouteComponent(() => import('./pages/events/event-page.tsx'), 'EventPage'),
});
const parked = createRoute({
  getParentRoute: () => signedIn,
  path: '/parked',
  component: lazyRouteComponent(() => import('./pages/parked/parked-page.tsx'), 'ParkedPage'),
});
const quarantine = createRoute({
  getParentRoute: () => signedIn,
  path: '/quarantine',
  component: lazyRouteComponent(() => import('./pages/quarantine/quarantine-page.tsx'), 'QuarantinePage'),
});
const imports = createRoute({
  getParentRoute: () => signedIn,
  path: '/imports',
  component: lazyRouteComponent(() => import('./pages/imports/imports-page.tsx'), 'ImportsPage'),
});
const drift = createRoute({
  getParentRoute: () => signedIn,
  path: '/drift',
  component: lazyRouteComponent(() => import('./pages/drift/drift-page.tsx'), 'DriftPage'),
});
const trials = createRoute({
  getParentRoute: () => signedIn,
  path: '/trials',
  component: lazyRouteComponent(() => import('./pages/trials/trials-page.tsx'), 'TrialsPage'),
});
const trial = createRoute({
  getParentRoute: () => signedIn,
  path: '/trials/$id',
  component: lazyRouteComponent(() => import('./pages/trials/trial-page.tsx'), 'TrialPage'),
});
const changeSets = createRoute({
  getParentRoute: () => signedIn,
  path: '/change-sets',
  component: lazyRouteComponent(() => import('./pages/change-sets/change-sets-page.tsx'), 'ChangeSetsPage'),
});
const changeSet = createRoute({
  getParentRoute: () => signedIn,
  path: '/change-sets/$id',
  component: lazyRouteComponent(() => import('./pages/change-sets/change-set-page.tsx'), 'ChangeSetPage'),
});
const conflicts = createRoute({
  getParentRoute: () => signedIn,
  path: '/conflicts',
  component: lazyRouteComponent(() => import('./pages/conflicts/conflicts-page.tsx'), 'ConflictsPage'),
});
const reassignments = createRoute({
  getParentRoute: () => signedIn,
  path: '/reassignments',
  component: lazyRouteComponent(
    () => import('./pages/reassignments/reassignments-page.tsx'),
    'ReassignmentsPage',
  ),
});
const sources = createRoute({
  getParentRoute: () => signedIn,
  path: '/sources',
  component: lazyRouteComponent(() => import('./pages/sources/sources-page.tsx'), 'SourcesPage'),
});
const source = createRoute({
  getParentRoute: () => signedIn,
  path: '/sources/$id',
  component: lazyRouteComponent(() => import('./pages/sources/source-page.tsx'), 'SourcePage'),
});
const partners = createRoute({
  getParentRoute: () => signedIn,
  path: '/partners',
  component: lazyRouteComponent(() => import('./pages/partners/partners-page.tsx'), 'PartnersPage'),
});
const partner = createRoute({
  getParentRoute: () => signedIn,
  path: '/partners/$id',
  component: lazyRouteComponent(() => import('./pages/partners/partner-page.tsx'), 'PartnerPage'),
});
const tracking = createRoute({
  getParentRoute: () => signedIn,
  path: '/tracking',
  component: lazyRouteComponent(() => import('./pages/tracking/tracking-page.tsx'), 'TrackingPage'),
});
const commissions = createRoute({
  getParentRoute: () => signedIn,
  path: '/commissions',
  component: lazyRouteComponent(() => import('./pages/commissions/commissions-page.tsx'), 'CommissionsPage'),
});
const commission = createRoute({
  getParentRoute: () => signedIn,
  path: '/commissions/$id',
  component: lazyRouteComponent(() => import('./pages/commissions/commission-page.tsx'), 'CommissionPage'),
});
const deals = createRoute({
  getParentRoute: () => signedIn,
  path: '/deals',
  component: lazyRouteComponent(() => import('./pages/deals/deals-page.tsx'), 'DealsPage'),
});
const newDeal = createRoute({
  getParentRoute: () => signedIn,
  path: '/deals/new',
  component: lazyRouteComponent(() => import('./pages/deals/new-deal-page.tsx'), 'NewDealPage'),
});
const deal = createRoute({
  getParentRoute: () => signedIn,
  path: '/deals/$id',
  component: lazyRouteComponent(() => import('./pages/deals/deal-page.tsx'), 'DealPage'),
});
const periods = createRoute({
  getParentRoute: () => signedIn,
  path: '/periods',
  component: lazyRouteComponent(() => import('./pages/periods/periods-page.tsx'), 'PeriodsPage'),
});
const period = createRoute({
  getParentRoute: () => signedIn,
  path: '/periods/$period',
  component: lazyRouteComponent(() => import('./pages/periods/period-page.tsx'), 'PeriodPage'),
});
const settlements = createRoute({
  getParentRoute: () => signedIn,
  path: '/settlements',
  component: lazyRouteComponent(() => import('./pages/settlements/settlements-page.tsx'), 'SettlementsPage'),
});
const settlement = createRoute({
  getParentRoute: () => signedIn,
  path: '/settlements/$partnerId/$period/$component',
  component: lazyRouteComponent(() => import('./pages/settlements/settlement-page.tsx'), 'SettlementPage'),
});
const statements = createRoute({
  getParentRoute: () => signedIn,
  path: '/statements',
  component: lazyRouteComponent(() => import('./pages/statements/statements-page.tsx'), 'StatementsPage'),
});
const statement = createRoute({
  getParentRoute: () => signedIn,
  path: '/statements/$partnerId/$period',
  component: lazyRouteComponent(() => import('./pages/statements/statement-page.tsx'), 'StatementPage'),
});
const rates = createRoute({
  getParentRoute: () => signedIn,
  path: '/rates',
  component: lazyRouteComponent(() => import('./pages/rates/rates-page.tsx'), 'RatesPage'),
});
const lab = createRoute({
  getParentRoute: () => signedIn,
  path: '/lab',
  component: lazyRouteComponent(() => import('./pages/lab/lab-page.tsx'), 'LabPage'),
});
const labRun = createRoute({
  getParentRoute: () => signedIn,
  path: '/lab/$id',
  component: lazyRouteComponent(() => import('./pages/lab/lab-run-page.tsx'), 'LabRunPage'),
});

const pages = [
  road,
  customers,
  customer,
  deliveries,
  delivery,
  events,
  event,
  parked,
  quarantine,
  drift,
  trials,
  trial,
  changeSets,
  changeSet,
  conflicts,
  reassignments,
  sources,
  source,
  imports,
  partners,
  partner,
  tracking,
  commissions,
  commission,
  deals,
  newDeal,
  lab,
  labRun,
  deal,
  periods,
  period,
  settlements,
  settlement,
  statements,
  statement,
  rates,
];

/** The console's pages; each is loaded when it is first opened. */
export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, welcome, signedIn.addChildren(pages)]),
    basepath: '/console',
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: PageFailed,
    defaultPendingComponent: PagePending,
    defaultNotFoundComponent: PageMissing,
    scrollRestoration: true,
    // Addresses are for people too: plain names and values, no JSON.
    parseSearch: (text): Search => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(search as Search).toString();
      return text === '' ? '' : `?${text}`;
    },
  });
}
