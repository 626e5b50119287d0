import { presetDetailReply, presetList, presetParams } from '@plumbline/contract';
import { findPreset, PRESETS } from '../../connectors/index.ts';
import type { App } from '../../platform/http/app.ts';
import { notFound } from '../../platform/http/problem.ts';
import { readPage } from './preset-page.client.ts';
import { readPresetPage } from './preset-page.ts';
import { wirePreset, wirePresetDetail } from './wire-preset.ts';

/** What a new source can start from. They change with the version of the program only. */
export function presetRoutes(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/presets',
    schema: {
      tags: ['sources'],
      summary: 'List the presets that a new source can start from',
      description: 'All of them, in the order in which they are shown; there are no pages.',
      response: { 200: presetList },
    },
    handler: () => Promise.resolve({ items: PRESETS.map(wirePreset) }),
  });
  app.route({
    method: 'GET',
    url: '/v1/presets/:name',
    schema: {
      tags: ['sources'],
      summary: 'Read a preset: its mapping, and what is known of the system',
      params: presetParams,
      response: { 200: presetDetailReply },
    },
    handler: async (request) => {
      const preset = findPreset(request.params.name);
      if (preset === undefined) throw notFound('preset', request.params.name);
      const page = await readPage(preset.docs);
      return wirePresetDetail(preset, page, readPresetPage(page ?? ''));
    },
  });
}
