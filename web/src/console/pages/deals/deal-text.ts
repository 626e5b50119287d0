import { findJsonFault, lineOfPlace } from '../trials/apply-edits.ts';

/** One problem of a document, with the line of the text on which it stands where that is known. */
export interface PlacedProblem {
  readonly line: number | undefined;
  readonly place: string;
  readonly message: string;
}

/** The problems of a refusal by their places in the text, in its order; those of other fields have no line. */
export function placeProblems(
  text: string,
  errors: readonly { readonly path: string; readonly message: string }[],
): readonly PlacedProblem[] {
  return errors
    .map(({ path, message }) => ({
      line: path.startsWith('body.document') ? lineOf(text, path) : undefined,
      place: path.replace(/^body\.document/, '$').replace(/^body\./, ''),
      message,
    }))
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** Counts the elements of `components[2]` too: the names alone would find the first component for each of them. */
function lineOf(text: string, path: string): number | undefined {
  const index = /^body\.document\.components\[(\d+)\]/.exec(path)?.[1];
  if (index === undefined) return lineOfPlace(text, path);
  const start = startOfComponent(text, Number(index));
  if (start === undefined) return lineOfPlace(text, path);
  const rest = path.replace(/^body\.document\.components\[\d+\]\.?/, '');
  const within = rest === '' ? undefined : lineOfPlace(text.slice(start), `body.document.${rest}`);
  const before = text.slice(0, start).split('\n').length;
  return within === undefined ? before : before + within - 1;
}

/** Where in the text the component with this number begins, from 0; braces inside of texts do not count. */
function startOfComponent(text: string, wanted: number): number | undefined {
  const list = /"components"\s*:\s*\[/.exec(text);
  if (list === null) return undefined;
  let [depth, count, isText] = [0, -1, false];
  for (let at = list.index + list[0].length; at < text.length; at += 1) {
    const sign = text[at];
    if (isText) {
      if (sign === '\\') at += 1;
      else if (sign === '"') isText = false;
    } else if (sign === '"') isText = true;
    else if (sign === '{' || sign === '[') {
      if (depth === 0) count += 1;
      if (depth === 0 && count === wanted) return at;
      depth += 1;
    } else if (sign === '}' || sign === ']') depth -= 1;
    if (depth < 0) return undefined;
  }
  return undefined;
}

export { findJsonFault };
