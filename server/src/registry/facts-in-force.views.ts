/** Lane groups, each with a stamp of its own (rules.md 3.5, 3.6); a group without one has decided nothing yet. */
const LANE_GROUPS = 16;

/** SQL: up to which facts version of a program the customers of all lanes have been decided; 0 where a lane group has no stamp. */
export function factsInForce(programId: string): string {
  return `(select case when count(*) = ${LANE_GROUPS} then min(i.facts_version) else 0 end from facts_in_force i where i.program_id = ${programId})`;
}
