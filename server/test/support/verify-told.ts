import { createClickVerifier } from '../../src/tracking/index.ts';
import { createDeliveryReader, ROAD_RULES, verifyBooks } from '../../src/oversight/verify/index.ts';
import type { VerifyReport } from '../../src/oversight/verify/index.ts';
import type { TestApi } from './test-api.ts';

/** Rebuilds all books of the test's database from the evidence, and compares. */
export function verifyTold(api: TestApi): Promise<VerifyReport> {
  return verifyBooks({
    db: api.database.db,
    rules: ROAD_RULES,
    readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
  });
}
