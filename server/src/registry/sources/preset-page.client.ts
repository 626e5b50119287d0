// The pages about presets are files beside them.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../../', import.meta.url);

/** The Markdown at this path inside the repository; null where it does not lie there. */
export async function readPage(path: string | undefined): Promise<string | null> {
  if (path === undefined) return null;
  try {
    return await readFile(fileURLToPath(new URL(path, ROOT)), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
