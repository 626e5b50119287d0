export type { AddedFacts } from './changed-facts.ts';
export { identifiersOf, loadEvents, loadSources } from './closure.views.ts';
export { compareMoney } from './compare-money.ts';
export type { LineBook } from './compare-money.ts';
export type { MoneyDifference, Preview } from './facts.ts';
export { previewCustomers, previewIn } from './preview.actions.ts';
export type { PreviewDeps, WhatIf } from './preview.actions.ts';
export { rebuildBoth } from './rebuild-both.actions.ts';
export type { BothBooks, EvidenceChange } from './rebuild-both.actions.ts';
