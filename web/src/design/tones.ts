/** What a colour means. Every tone is always shown with an icon and a word as well, never alone. */
export type Tone = 'good' | 'waiting' | 'attention' | 'bad' | 'quiet' | 'neutral' | 'changed';

/** CSS variables of a tone; defined for light and dark in tokens.css. */
export function toneVars(tone: Tone): { color: string; background: string } {
  return { color: `var(--tone-${tone}-text)`, background: `var(--tone-${tone}-fill)` };
}

/** The tone of a disposition or an event state. */
export const TONE_OF_STATE: Readonly<Record<string, Tone>> = {
  accepted: 'good',
  decided: 'good',
  paid: 'good',
  approved: 'good',
  active: 'good',
  receiving: 'good',
  quiet: 'waiting',
  nothing_yet: 'quiet',
  paused: 'attention',
  delivered: 'good',
  passed: 'good',
  accrued: 'neutral',
  payable: 'neutral',
  in_flight: 'neutral',
  pending: 'neutral',
  superseded: 'quiet',
  revised: 'changed',
  returned: 'changed',
  parked: 'waiting',
  waiting: 'waiting',
  proposed: 'waiting',
  held: 'waiting',
  quarantined: 'attention',
  open: 'attention',
  suspended: 'attention',
  dead: 'bad',
  refused: 'bad',
  failed: 'bad',
  reversed: 'bad',
  rejected: 'bad',
  disabled: 'bad',
  duplicate: 'quiet',
  ignored: 'quiet',
  withdrawn: 'quiet',
  organic: 'quiet',
};
