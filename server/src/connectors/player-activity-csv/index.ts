// Daily player report (CSV): the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const playerActivityCsv: Preset = {
  name: 'player-activity-csv',
  title: 'Daily player report (CSV)',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [{ name: 'import', kind: 'file', note: 'MyAffiliates-like daily report.' }],
  docs: 'server/src/connectors/player-activity-csv/README.md',
};
