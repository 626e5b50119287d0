// One program and the short ways to write to it, for the tests of the registry's rooms.
import { expect } from 'vitest';
import { startTestApi } from './test-api.ts';
import type { Answer, TestApi } from './test-api.ts';

export interface RegistryWorld {
  readonly api: TestApi;
  /** A sandbox program. */
  readonly programId: string;
  post(path: string, body: unknown): Promise<Answer>;
  makeProgram(more?: object): Promise<string>;
  makePartner(name: string, more?: object): Promise<string>;
  versions(id?: string): Promise<{ facts: number; registry: number }>;
}

export async function openRegistryWorld(): Promise<RegistryWorld> {
  const api = await startTestApi();
  const post = (path: string, body: unknown): Promise<Answer> => api.call('POST', path, { body });
  const makeProgram = async (more: object = {}): Promise<string> =>
    (await post('/v1/programs', { name: 'Acme FX', vertical: 'forex', ...more })).body.id;
  const programId = await makeProgram({ sandbox: true });
  return {
    api,
    programId,
    post,
    makeProgram,
    makePartner: async (name, more = {}) => {
      const answer = await post('/v1/partners', { programId, name, ...more });
      expect([answer.status, answer.body?.detail]).toEqual([201, undefined]);
      return answer.body.id;
    },
    versions: async (id = programId) => {
      const rows = await api.database.owner<{ facts: number; registry: number }>(
        `select facts_version as facts, registry_version as registry from program where replace(id::text, '-', '') = $1`,
        [id.slice(4)],
      );
      return rows[0] ?? { facts: 0, registry: 0 };
    },
  };
}

/** The status and the code of an answer that refuses. */
export function refusal(answer: Answer): [number, string] {
  return [answer.status, answer.body?.code];
}
