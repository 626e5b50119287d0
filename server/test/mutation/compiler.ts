import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Mutant } from './mutate-source.ts';
import { ROOT } from './scope.ts';

/**
 * The mutants of a source that the compiler refuses: nobody could ever run them. All are checked in one program, each as a copy of
 * the file beside the file itself, with the project's own settings.
 */
export function listRefused(path: string, content: string, mutants: readonly Mutant[]): Set<string> {
  const file = join(ROOT, path);
  const copies = new Map(
    mutants.map((mutant) => {
      const text = content.slice(0, mutant.start) + mutant.replacement + content.slice(mutant.end);
      return [file.replace(/\.ts$/, `.mutant-${mutant.id}.ts`), { id: mutant.id, text }] as const;
    }),
  );
  const options = readOptions();
  const host = ts.createCompilerHost(options);
  const disk = { readFile: host.readFile.bind(host), fileExists: host.fileExists.bind(host) };
  host.readFile = (name) => copies.get(name)?.text ?? disk.readFile(name);
  host.fileExists = (name) => copies.has(name) || disk.fileExists(name);
  const parsed = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, ...more) => {
    const copy = copies.get(name);
    return copy === undefined
      ? parsed(name, version, ...more)
      : ts.createSourceFile(name, copy.text, version);
  };
  const program = ts.createProgram([...copies.keys()], options, host);
  const refused = new Set<string>();
  for (const [name, { id }] of copies) {
    const source = program.getSourceFile(name);
    const faults = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    if (faults.length > 0) refused.add(id);
  }
  return refused;
}

function readOptions(): ts.CompilerOptions {
  const settings = join(ROOT, 'tsconfig.json');
  const { config } = ts.readConfigFile(settings, (name) => ts.sys.readFile(name)) as { config: object };
  // Only the mutants are asked for, not the whole project.
  return ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, dirname(settings))
    .options;
}
