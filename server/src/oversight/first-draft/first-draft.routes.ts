import { firstDraftReply, firstDraftRequest } from '@plumbline/contract';
import type { z } from 'zod';
import { writeDocumentText } from '../../platform/document-text.ts';
import type { Clock } from '../../platform/clock.ts';
import type { App } from '../../platform/http/app.ts';
import { unprocessable } from '../../platform/http/problem.ts';
import { draftMapping } from './first-draft.ts';
import { readDraft } from './read-draft.ts';
import { readSamples } from './sample.ts';

/** A first mapping from samples of a system that has no preset. Nothing is stored. */
export function firstDraftRoutes(app: App, deps: { readonly clock: Clock }): void {
  app.route({
    method: 'POST',
    url: '/v1/mapping-drafts',
    schema: {
      tags: ['sources'],
      summary: 'Draft a mapping from samples of an unknown system; nothing is written',
      body: firstDraftRequest,
      response: { 200: firstDraftReply },
    },
    handler: async (request) => draft(request.body, deps.clock.now()),
  });
}

function draft({ samples, name, settings = {} }: z.infer<typeof firstDraftRequest>, receivedAt: number) {
  const sample = readSamples(samples);
  if (!sample.ok)
    throw unprocessable(sample.reason, `The samples cannot be read: ${sample.detail}.`, [
      { path: 'body.samples', message: sample.detail },
    ]);
  const { document, notes } = draftMapping(sample.value, name);
  const { needs, reads } = readDraft(document, { samples, settings, receivedAt });
  const remarks = notes.map(({ at, sure, says }) => ({
    at,
    text: sure === 'found' ? says : `${sure === 'guess' ? 'GUESS' : 'MISSING'}: ${says}`,
  }));
  const text = writeDocumentText(document, remarks);
  return { document: { ...document }, text, notes: [...notes], needs, reads };
}
