import type { RegistryCache } from '../registry/index.ts';

/**
 * The registry as of the call, for previews: the cache of this process may be a moment old, and what a worker has applied in that moment
 * would be missing from the money by which the gate decides who must agree (rules.md 2.16).
 */
export function freshRegistry(
  registry: Pick<RegistryCache, 'getProgram' | 'programNow' | 'refresh'>,
): Pick<RegistryCache, 'getProgram' | 'programNow'> {
  return {
    async getProgram(programId) {
      await registry.refresh();
      return registry.getProgram(programId);
    },
    async programNow(programId, realNow) {
      await registry.refresh();
      return registry.programNow(programId, realNow);
    },
  };
}
