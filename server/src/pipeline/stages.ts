/** The order of the road, held once (design.md section 2). A stage may know the facts of earlier stages, never of later ones. */
export const STAGES = [
  'intake',
  'mapping',
  'identity',
  'assembly',
  'attribution',
  'qualification',
  'commission',
  'periods',
  'grades',
  'ledger',
  'payout',
  'outbound',
] as const;

export type Stage = (typeof STAGES)[number];
