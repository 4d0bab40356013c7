// The company's own stages within the states of a case.

import { useSetting } from '../house/setting.tsx';
import type { State } from './case.tsx';

export type Stage = { code: string; of: State; name: Record<string, string> };

/** The group of settings they are kept in. */
export const STAGES = 'case_stages';

export const useStages = () => useSetting<{ stages: Stage[] }>(STAGES);
