// What every page with a case on it shares: its labels, and acting on it.

import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask, queries, type Schemas, Trouble } from '../house/api.ts';
import { useWords } from '../house/i18n.ts';
import { useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';

export type Case = Schemas['CaseBody'];
export type CaseRow = Schemas['CaseRow'];
export type State = Schemas['State'];
export type Kind = Schemas['Kind'];

export const STATES: State[] = [
  'new',
  'accepted',
  'in_progress',
  'waiting_for_customer',
  'solved',
  'closed',
  'reopened',
];
export const OPEN_STATES: State[] = ['new', 'accepted', 'in_progress', 'waiting_for_customer', 'reopened'];
export const KINDS: Kind[] = ['complaint', 'issue', 'consultation', 'suggestion', 'praise'];
export const PRIORITIES: Schemas['Priority'][] = ['urgent', 'high', 'normal', 'low'];

export function StateTag({ state }: { state: State }) {
  const t = useWords('word');
  return <span className={`tag tag-${state}`}>{t(`case_state.${state}`)}</span>;
}

/** Kind and, when it is not the usual one, priority. */
export function KindTag({ row }: { row: Pick<CaseRow, 'kind' | 'priority'> }) {
  const t = useWords('word');
  const raised = row.priority === 'urgent' || row.priority === 'high';
  return (
    <span className="kind">
      {t(`kind.${row.kind}`)}
      {raised && <b className={`priority-${row.priority}`}>{t(`priority.${row.priority}`)}</b>}
    </span>
  );
}

/** A score of 1 to 5: number, form and colour say the same. */
export function Score({ score }: { score: number | null | undefined }) {
  const t = useWords('handle');
  if (score === null || score === undefined) return <span className="quiet">—</span>;
  return (
    <span className={`score score-${score}`}>
      <span aria-hidden>★ {score}</span>
      <span className="sr">{t('score', { score })}</span>
    </span>
  );
}

type Act = { verb: string; fields?: Record<string, unknown>; done?: string; undo?: () => void };

/**
 * Acts on a case as we saw it. Somebody else having changed it since is said, the case is read again,
 * and what was typed stays where it is.
 */
export function useAct(id: string, version: number | undefined) {
  const said = useSaid();
  const { t } = useTranslation('handle');
  return useMutation({
    mutationFn: ({ verb, fields = {} }: Act) => {
      // The fields of a verb are the server's to check; the contract names them only in words.
      const body = { ...fields, version: version ?? null } as Schemas['CaseAction'];
      return ask(api.POST('/api/v1/cases/{id}/{verb}', { params: { path: { id, verb } }, body }));
    },
    onSuccess: (now, { done, undo }) => {
      queries.setQueryData(['case', id], now);
      queries.invalidateQueries({ queryKey: ['cases'] });
      if (done) tell(done, undo);
    },
    onError: (error) => {
      const changed = error instanceof Trouble && error.code === 'case_changed';
      complain(changed ? t('changed_meanwhile') : said(error));
      if (changed) queries.invalidateQueries({ queryKey: ['case', id] });
    },
  });
}
