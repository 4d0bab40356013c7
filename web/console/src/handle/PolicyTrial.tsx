// Which of the cases of the last thirty days would have been promised something else.

import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../house/api.ts';
import { count } from '../house/format.ts';
import { At } from '../house/promise.tsx';
import { useSaid } from '../house/states.tsx';
import { said } from './Calendars.tsx';
import { KindTag } from './case.tsx';
import { useTarget } from './Promises.tsx';
import type { Policy } from './policyDraft.ts';
import { useCalendars } from './rules.ts';

export function PolicyTrial({ draft }: { draft: Policy }) {
  const { t } = useTranslation('handle');
  const trouble = useSaid();
  const asked = useMutation({
    mutationFn: (policy: Policy) => ask(api.POST('/api/v1/policies/compare', { body: { policy } })),
  });
  const stale = asked.data && asked.variables !== draft;
  return (
    <section className="card try" aria-label={t('trial.title')}>
      <h2>{t('trial.title')}</h2>
      <p className="quiet">{t('trial.text')}</p>
      <Button onClick={() => asked.mutate(draft)} loading={asked.isPending}>
        {t('trial.ask')}
      </Button>
      {asked.error && (
        <p className="fault" role="alert">
          {trouble(asked.error)}
        </p>
      )}
      <div aria-live="polite">
        {stale && <p className="quiet">{t('trial.stale')}</p>}
        {asked.data && !stale && <Answer it={asked.data} />}
      </div>
    </section>
  );
}

function Answer({ it }: { it: Schemas['Comparison'] }) {
  const { t } = useTranslation('handle');
  return (
    <>
      <p>
        <b>
          {it.changed === 0
            ? t('trial.none', { cases: count(it.tried) })
            : t('trial.some', { cases: count(it.tried), changed: count(it.changed) })}
        </b>
      </p>
      <ul className="trial-cases">
        {it.cases.map((one) => (
          <li key={one.id}>
            <p>
              <Link to={`/cases/${one.id}`}>{one.number}</Link> <KindTag row={one} />{' '}
              <span className="quiet">
                <At at={one.opened_at} />
              </span>
            </p>
            <Difference before={one.before} after={one.after} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Promise by promise, what was and what would be; only those that differ. */
function Difference({ before, after }: { before: Schemas['Choice'][]; after: Schemas['Choice'][] }) {
  const { t } = useTranslation('handle');
  const target = useTarget();
  const calendars = useCalendars();
  const promises = [...new Set([...before, ...after].map((it) => it.promise))];
  const text = (one: Schemas['Choice'] | undefined, other: Schemas['Choice'] | undefined) => {
    if (!one) return t('trial.nothing');
    const hours = other && other.calendar !== one.calendar;
    const calendar = hours ? calendars.find((it) => it.id === one.calendar)?.name : undefined;
    return calendar ? t('trial.on', { target: target(one.target), calendar: said(calendar) }) : target(one.target);
  };
  return promises.map((promise) => {
    const [was, is] = [before, after].map((of) => of.find((it) => it.promise === promise));
    const [from, to] = [text(was, is), text(is, was)];
    if (from === to) return null;
    return (
      <p key={promise}>
        {t(`word:promise.${promise}`)} <span className="quiet">{from}</span> <span aria-hidden>→</span>{' '}
        <span className="sr">{t('trial.becomes')}</span> <b>{to}</b>
      </p>
    );
  });
}
