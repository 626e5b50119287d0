export interface Edit {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** A document with JSON Patch edits in it, for showing a draft; undefined where a place does not exist. The server judges what is sent. */
export function applyEdits(document: unknown, edits: readonly Edit[]): unknown {
  const copy: unknown = structuredClone(document);
  for (const edit of edits) {
    const steps = edit.path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop();
    const holder = steps.reduce<unknown>(
      (at, step) =>
        typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined,
      copy,
    );
    if (last === undefined || last === '__proto__' || typeof holder !== 'object' || holder === null)
      return undefined;
    if (Array.isArray(holder)) {
      const index = last === '-' ? holder.length : Number(last);
      if (edit.op === 'add') holder.splice(index, 0, edit.value);
      else if (edit.op === 'replace') holder[index] = edit.value;
      else holder.splice(index, 1);
    } else if (edit.op === 'remove') delete (holder as Record<string, unknown>)[last];
    else (holder as Record<string, unknown>)[last] = edit.value;
  }
  return copy;
}

/** Line and column, from 1, of the place that a parser names as `position 12`; undefined when the text is JSON. */
export function findJsonFault(text: string): { readonly line: number; readonly message: string } | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : 'not JSON';
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    return { line: text.slice(0, at).split('\n').length, message };
  }
}

/** The line of a document's text on which a place such as `body.document.rules[0].event` stands, found by its last names. */
export function lineOfPlace(text: string, place: string): number | undefined {
  const names = [...place.replace(/^body\.document\.?/, '').matchAll(/[^.[\]]+/g)]
    .map(([name]) => name)
    .filter((name) => !/^\d+$/.test(name));
  const lines = text.split('\n');
  let line = -1;
  for (const name of names) {
    const found = lines.findIndex((one, index) => index > line && one.includes(`"${name}":`));
    if (found < 0) break;
    line = found;
  }
  return line < 0 ? undefined : line + 1;
}
