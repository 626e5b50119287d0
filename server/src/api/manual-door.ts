import { listPartnerBalances, totalOf } from '../pipeline/ledger/index.ts';
import type { ManualDeps } from '../registry/manual/index.ts';
import type { ApiDeps } from './deps.ts';
import { freshRegistry } from './fresh-registry.ts';

/** What rows by hand need. What partners have now is told by the ledger, which the registry may not know. */
export function manualDeps(deps: ApiDeps): ManualDeps {
  return {
    ...deps,
    getProgram: (id) => freshRegistry(deps.registry).getProgram(id),
    async listBalances(partnerIds) {
      const balances = new Map<string, bigint>();
      for (const partnerId of partnerIds)
        for (const balance of await listPartnerBalances(deps.db, partnerId))
          balances.set(`${partnerId} ${balance.currency}`, totalOf(balance));
      return balances;
    },
  };
}
