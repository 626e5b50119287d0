// A cashier who sends files: a program with one source.
import { CASHIER_MAPPING } from './mapping-documents.ts';
import type { TestApi } from './test-api.ts';

export async function openCashier(api: TestApi): Promise<void> {
  const program = { name: 'Files', vertical: 'forex' };
  const programId = (await api.call('POST', '/v1/programs', { body: program })).body.id;
  await api.call('POST', '/v1/sources', {
    body: { programId, slug: 'cashier', preset: 'generic-s2s', mapping: CASHIER_MAPPING },
  });
}
