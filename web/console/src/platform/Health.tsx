// 系统状态: whether the process that answers has what it needs, as /readyz tells load balancers too.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '../house/api.ts';
import { Failed } from '../house/states.tsx';
import './settings.css';

const LOOK_MS = 15_000;
const PARTS = ['database', 'schema', 'worker', 'ledger'] as const;
const MARKS: Record<Schemas['Check'], string> = { ok: '✓', failing: '!', elsewhere: '–' };

/** A process that is not ready says so with a refusal whose body is the same. */
async function look(): Promise<Schemas['Ready']> {
  const { data, error } = await api.GET('/readyz');
  if (data ?? error) return (data ?? error) as Schemas['Ready'];
  throw new Error('the server does not say how it is');
}

export function Health() {
  const { t } = useTranslation('platform');
  const found = useQuery({ queryKey: ['ready'], queryFn: look, refetchInterval: LOOK_MS });
  return (
    <section className="card health" aria-label={t('health.title')}>
      <h2>{t('health.title')}</h2>
      {found.error && <Failed error={found.error} again={() => found.refetch()} />}
      {!found.error && (
        // As high before the answer as after it: what stands below does not jump.
        <dl aria-busy={found.isPending}>
          {PARTS.map((it) => {
            const state = found.data?.[it];
            return (
              <div key={it} title={t(`health.why_${it}`)}>
                <dt>{t(`health.${it}`)}</dt>
                <dd className={state === 'failing' ? 'promise-broken' : 'promise-kept'}>
                  <span aria-hidden>{state ? MARKS[state] : '…'}</span> {state && t(`health.is_${state}`)}
                </dd>
              </div>
            );
          })}
        </dl>
      )}
    </section>
  );
}
