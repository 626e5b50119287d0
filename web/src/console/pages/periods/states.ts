import type { ProgramPeriods } from '../../../api/settlements.ts';

type State = ProgramPeriods['items'][number]['state'];

/** The state of a month: the word that is shown, and the badge that it is shown as. */
export const PERIOD_STATES: Readonly<Record<State, { readonly word: string; readonly badge: string }>> = {
  running: { word: 'running', badge: 'moving' },
  open: { word: 'to be closed', badge: 'open' },
  closed: { word: 'closed', badge: 'decided' },
};
