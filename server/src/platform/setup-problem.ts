/**
 * Something in the surroundings (settings, folders, ports, the database) must be changed by a person before
 * Plumbline can go on. The message is one or two whole sentences: what is wrong, then what to do.
 * It is printed without a stack, because the stack would only hide it.
 */
export class SetupProblem extends Error {
  override readonly name = 'SetupProblem';
}
