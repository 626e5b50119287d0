import { commissionRoutes } from '../oversight/commissions/index.ts';
import { driftRoutes } from '../oversight/drift/index.ts';
import { evidenceRoutes, missRateRoutes, sourceActivityRoutes } from '../oversight/evidence/index.ts';
import { explainRoutes } from '../oversight/explain/index.ts';
import { firstDraftRoutes } from '../oversight/first-draft/index.ts';
import { journeyRoutes } from '../oversight/journey/index.ts';
import { leadRoutes } from '../oversight/leads/index.ts';
import { mappingDocsRoutes } from '../oversight/mapping-docs/index.ts';
import { quarantineRoutes } from '../oversight/quarantine/index.ts';
import { statementRoutes } from '../oversight/statements/index.ts';
import { programSettlementRoutes, settlementRoutes } from '../oversight/settlements/index.ts';
import { roadRoutes } from '../oversight/road/index.ts';
import { searchRoutes } from '../oversight/search/index.ts';
import type { App, Request } from '../platform/http/app.ts';
import { quiesceRoutes } from '../pipeline/conveyor/index.ts';
import { openRemap } from '../pipeline/change-sets.ts';
import { conflictRoutes, retryRoutes } from '../pipeline/identity/index.ts';
import { conservationRoutes, createConservationCounter, redriveRoutes } from '../pipeline/intake/index.ts';
import { ledgerRoutes } from '../pipeline/ledger/index.ts';
import { outboundRoutes } from '../pipeline/outbound/index.ts';
import { payoutRoutes } from '../pipeline/payout/index.ts';
import { accessRoutes } from '../registry/access/index.ts';
import { auditRoutes } from '../registry/audit/index.ts';
import { customerRoutes } from '../registry/customers/index.ts';
import { dealRoutes } from '../registry/deals/index.ts';
import { endpointRoutes } from '../registry/endpoints/index.ts';
import { movePreviewRoutes } from '../oversight/preview/index.ts';
import { figureRoutes } from '../registry/figures/index.ts';
import { partnerRoutes, treeRoutes } from '../registry/partners/index.ts';
import { gradeRoutes } from '../registry/grades/index.ts';
import { rebateRoutes } from '../registry/rebates/index.ts';
import { owedRoutes } from '../oversight/rebates/index.ts';
import { periodRoutes } from '../registry/periods/index.ts';
import { peopleRoutes, sessionTokenOf } from '../registry/people/index.ts';
import { programRoutes } from '../registry/programs/index.ts';
import { rateRoutes } from '../registry/rates/index.ts';
import { feedRoutes, presetRoutes, sourceRoutes } from '../registry/sources/index.ts';
import { clickRoutes, linkRoutes, redirectRoutes } from '../tracking/index.ts';
import { promotionRoutes } from '../tracking/promotion/index.ts';
import type { ApiDeps } from './deps.ts';
import { freshRegistry } from './fresh-registry.ts';
import { mountImports } from './imports-door.ts';
import { mountIntake } from './intake-door.ts';
import { mountLab } from './lab-door.ts';
import { dealDeps } from './preview-deals.ts';
import { correctionDeps } from './preview-rates.ts';
import { moveDeps } from './preview-moves.ts';
import { mountChangeSets, mountTrials } from './trials-door.ts';
import { schemaRoutes } from './schemas.routes.ts';

/** The doors of intake and tracking: the hot path, with body readers of their own. */
export function mountDoors(app: App, deps: ApiDeps): void {
  mountIntake(app, deps);
  redirectRoutes(app, { context: deps.context, ...deps.tracking });
}

/** Everything else that answers under /v1. */
export function mountRooms(app: App, deps: ApiDeps): void {
  accessRoutes(app, deps);
  auditRoutes(app, { db: deps.db });
  peopleRoutes(app, deps);
  programRoutes(app, deps);
  periodRoutes(app, deps);
  settlementRoutes(app, deps);
  programSettlementRoutes(app, deps);
  statementRoutes(app, { db: deps.db, clock: deps.clock });
  partnerRoutes(app, deps);
  gradeRoutes(app, { ...deps, getProgram: (id) => deps.registry.getProgram(id) });
  rebateRoutes(app, { ...deps, getProgram: (id) => deps.registry.getProgram(id) });
  owedRoutes(app, { db: deps.db, clock: deps.clock });
  treeRoutes(app, moveDeps(deps));
  figureRoutes(app, deps);
  movePreviewRoutes(app, { ...deps, registry: freshRegistry(deps.registry) });
  dealRoutes(app, dealDeps(deps));
  sourceRoutes(app, deps);
  feedRoutes(app, deps);
  presetRoutes(app);
  rateRoutes(app, { ...correctionDeps(deps), findProgram: (id) => deps.registry.findProgram(id) });
  explainRoutes(app, {
    db: deps.db,
    getProgram: (id) => deps.registry.getProgram(id),
    now: () => deps.clock.now(),
  });
  linkRoutes(app, deps);
  clickRoutes(app, { ...deps, clicks: deps.tracking.clicks });
  promotionRoutes(app, deps);
  customerRoutes(app, deps);
  conflictRoutes(app, deps);
  endpointRoutes(app, deps);
  mountImports(app, deps);
  evidenceRoutes(app, deps);
  sourceActivityRoutes(app, deps);
  missRateRoutes(app, deps);
  quarantineRoutes(app, deps);
  mountRepairs(app, deps);
  mountChangeSets(app, deps);
  driftRoutes(app, deps);
  firstDraftRoutes(app, deps);
  mountTrials(app, deps);
  mountLab(app, deps);
  mappingDocsRoutes(app, deps);
  commissionRoutes(app, deps);
  journeyRoutes(app, deps);
  leadRoutes(app, deps);
  searchRoutes(app, deps);
  ledgerRoutes(app, deps);
  payoutRoutes(app, { ...deps, getProgram: (id) => deps.registry.getProgram(id) });
  outboundRoutes(app, deps);
  quiesceRoutes(app, deps);
  mountCounts(app, deps);
  schemaRoutes(app);
}

/** What came in against where it is: counted once for all who ask, because it reads every row. */
function mountCounts(app: App, deps: ApiDeps): void {
  const conservation = createConservationCounter({
    db: deps.db,
    clock: deps.clock,
    onFault: (error) => deps.context.log.warn({ err: error }, 'conservation could not be counted'),
  });
  conservationRoutes(app, { conservation });
  roadRoutes(app, { ...deps, conservation, mayStillLook: (request) => mayStillLook(request, deps) });
  app.addHook('onClose', () => conservation.close());
}

/** What a person does about what was told: drive again, apply a mapping again, try again. */
function mountRepairs(app: App, deps: ApiDeps): void {
  const { registry } = deps;
  const remap = openRemap(deps.context, registry);
  redriveRoutes(app, {
    ...deps,
    redrive: { ...remap, getSource: (id) => registry.getSource(id) },
    hasSource: async (slug) => (await registry.findSourceBySlug(slug)) !== undefined,
  });
  retryRoutes(app, deps);
}

/** A stream outlives the look at its session; keys are not asked again, because programs do not watch for hours. */
async function mayStillLook(request: Request, { sessions }: ApiDeps): Promise<boolean> {
  const token = request.headers.authorization === undefined ? sessionTokenOf(request) : undefined;
  return token === undefined || (await sessions.find(token)) !== undefined;
}
