// The company's own stages within the states of a case.

import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../house/api.ts';
import type { State } from './case.tsx';

export type Stage = { code: string; of: State; name: Record<string, string> };

export const STAGES_KEY = { params: { path: { key: 'case_stages' } } };

const LONG_MS = 5 * 60_000;

/** As the server documents the group of settings. */
export function useStages() {
  return useQuery({
    queryKey: ['setting', 'case_stages'],
    queryFn: async () => (await ask(api.GET('/api/v1/settings/{key}', STAGES_KEY))) as unknown as { stages: Stage[] },
    staleTime: LONG_MS,
  });
}
