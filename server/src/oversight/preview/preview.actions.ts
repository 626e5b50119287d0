import type { Instant } from '../../kernel/instant.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { loadFactsOf } from '../verify/index.ts';
import { addFacts, identifiersOfFacts } from './changed-facts.ts';
import type { AddedFacts } from './changed-facts.ts';
import { compareMoney } from './compare-money.ts';
import type { Preview } from './facts.ts';
import { rebuildBoth } from './rebuild-both.actions.ts';
import type { EvidenceChange } from './rebuild-both.actions.ts';

export interface PreviewDeps {
  readonly db: Db;
  /** As of when money in another currency is compared with the program's limit. */
  readonly now: () => Instant;
}

/** What some customers would be worth to whom, if this were so. */
export interface WhatIf {
  readonly program: ProgramSnapshot;
  readonly customerIds: readonly string[];
  /** Facts that would be added about them; taken back by retractions. */
  readonly addedFacts?: AddedFacts;
  /** The program as it would be: other terms, another tree. Its id must be the same. */
  readonly programAfter?: ProgramSnapshot;
  /** Any other change of their evidence (events, who they are), made after the two above; pure. */
  readonly change?: EvidenceChange['change'];
  /** Identifiers that `change` may give to somebody else; those of `addedFacts` are found by themselves. */
  readonly identifierIds?: readonly string[];
  /** Events that `change` concerns beyond those of the customers. */
  readonly eventIds?: readonly string[];
  /** Whose terms or place `programAfter` changes. */
  readonly partnerIds?: readonly string[];
  readonly limits?: EvidenceChange['limits'];
}

/**
 * What a change would do to these customers and to everyone whom their identifiers join to them: events, customers,
 * partners, and money per partner and currency before and after. One read-only snapshot over all lanes, by the very
 * functions of the road (as `verify`); nothing is written. Used before reassignments, merges, links and re-maps (rules.md 2.16).
 */
export async function previewCustomers(deps: PreviewDeps, whatIf: WhatIf): Promise<Preview> {
  return deps.db.acrossLanes('verify', (tx) => previewIn(tx, whatIf, deps.now()));
}

/** As previewCustomers, in a snapshot that is open already. */
export async function previewIn(tx: Tx, whatIf: WhatIf, now: Instant): Promise<Preview> {
  const { program, programAfter, change, limits, eventIds, partnerIds } = whatIf;
  const added = whatIf.addedFacts ?? new Map();
  const concerned = [...new Set([...whatIf.customerIds, ...added.keys()])];
  const known = added.size === 0 ? new Map() : await loadFactsOf(tx, [...added.keys()]);
  const books = await rebuildBoth(tx, {
    program,
    customerIds: concerned,
    identifierIds: [...(whatIf.identifierIds ?? []), ...identifiersOfFacts(known, added, program)],
    ...(eventIds === undefined ? {} : { eventIds }),
    ...(partnerIds === undefined ? {} : { partnerIds }),
    ...(limits === undefined ? {} : { limits }),
    change: (evidence, customerIds) => {
      const own = new Map([...added].filter(([id]) => customerIds.has(id)));
      const changed = {
        ...evidence,
        facts: addFacts(evidence.facts, own, program.id),
        programs: programAfter === undefined ? evidence.programs : new Map([[program.id, programAfter]]),
      };
      return change === undefined ? changed : change(changed, customerIds);
    },
  });
  const { money, moves } = compareMoney(books, program, now);
  return {
    customers: books.customers,
    events: books.events,
    partners: new Set(money.map((one) => one.partnerId)).size,
    money,
    moves,
    isComplete: books.cut.length === 0,
    notComputed: books.cut,
  };
}
