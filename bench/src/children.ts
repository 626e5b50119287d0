import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

/** Remembers a child for as long as it lives, so that none outlives the bench. */
export function keepChild<Child extends ChildProcess>(child: Child): Child {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Ends every child that is left, at once. */
export function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}
