import { dealExamplesReply, dealExamplesRequest, dealIdSchema } from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { notFound, unprocessable } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { parseDeal } from '../../registry/deals/index.ts';
import type { DealDocument } from '../../registry/deals/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { findDealOf } from './lab.views.ts';
import { workExamples } from './work-examples.actions.ts';

export interface ExampleDeps {
  readonly db: Db;
  /** Undefined: there is no such program. */
  readonly findProgram: (programId: string) => Promise<ProgramSnapshot | undefined>;
}

/** Worked examples of a deal, computed by the engine itself. */
export function exampleRoutes(app: App, deps: ExampleDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/deals/:id/examples',
    schema: {
      tags: ['deals'],
      summary: 'Worked examples of a deal, one for each component',
      description:
        'An invented customer brings something for each component to pay for, and the engine decides it. Nothing is written.',
      params: z.strictObject({ id: dealIdSchema }),
      response: { 200: dealExamplesReply },
    },
    handler: async (request) => {
      const id = uuidOf('del', request.params.id);
      const deal = await deps.db.reference((tx) => findDealOf(tx, id));
      if (deal === undefined) throw notFound('deal', request.params.id);
      return work(deps, deal.program_id, deal.document);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/deal-examples',
    schema: {
      tags: ['deals'],
      summary: 'Worked examples of a document that is not written yet',
      body: dealExamplesRequest,
      response: { 200: dealExamplesReply },
    },
    handler: async (request) => {
      const { programId, document } = request.body;
      const parsed = parseDeal(document);
      if (!parsed.ok)
        throw unprocessable(
          parsed.reason,
          'The deal document is not valid.',
          parsed.problems.map(({ path, problem }) => ({
            path: path.replace(/^\$/, 'body.document'),
            message: problem,
          })),
        );
      return work(deps, uuidOf('prg', programId, 'body.programId'), parsed.value);
    },
  });
}

async function work(
  deps: ExampleDeps,
  programId: string,
  document: DealDocument,
): Promise<z.infer<typeof dealExamplesReply>> {
  const program = await deps.findProgram(programId);
  if (program === undefined) throw notFound('program', wireId('prg', programId));
  return {
    items: workExamples(document, program).map(({ component, story, pays, says }) => ({
      component,
      story: [...story],
      pays: pays.map(({ who, amount }) => ({ who, amount: { ...amount } })),
      says,
    })),
  };
}
