// 时限策略: which promise is made to whom, and what a case of this kind would be promised.

import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, type Schemas } from '../house/api.ts';
import { moment } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useTree } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Failed, Loading } from '../house/states.tsx';
import { said } from './Calendars.tsx';
import { KINDS, PRIORITIES } from './case.tsx';
import { useTarget } from './Promises.tsx';
import './case.css';
import '../platform/settings.css';

export function Policies() {
  const { t } = useTranslation('handle');
  const policies = useQuery({ queryKey: ['policies'], queryFn: () => ask(api.GET('/api/v1/policies')) });
  return (
    <Page title={t('policies.title')}>
      {policies.isPending && <Loading />}
      {policies.error && <Failed error={policies.error} again={() => policies.refetch()} />}
      {policies.data && (
        <div className="rule-columns">
          <div>
            {policies.data.map((it) => (
              <section key={it.id} className="card rule-card">
                <h2>
                  {said(it.name)}
                  <span className="quiet">
                    {t('version', { version: it.version })} ·{' '}
                    {it.in_force ? t('policies.in_force') : t('policies.resting')}
                  </span>
                </h2>
                <p className="quiet">{t('policies.order')}</p>
                <ol>
                  {it.policy.rules.map((rule) => (
                    <RuleLine key={rule.key} rule={rule} />
                  ))}
                </ol>
              </section>
            ))}
          </div>
          <Try />
        </div>
      )}
    </Page>
  );
}

function RuleLine({ rule }: { rule: Schemas['Rule'] }) {
  const { t } = useTranslation('handle');
  const target = useTarget();
  const categories = useTree('category');
  const { kinds, priorities, channels, categories: ids, level_min, complex } = rule.when ?? {};
  const name = (id: string) => {
    const found = categories.find((it) => it.id === id);
    return found ? (language() === 'en' ? found.name_en : found.name_zh) : '';
  };
  const when = [
    ...(kinds ?? []).map((it) => t(`word:kind.${it}`)),
    ...(priorities ?? []).map((it) => t(`word:priority.${it}`)),
    ...(channels ?? []).map((it) => t(`word:channel.${it}`)),
    ...(ids ?? []).map(name),
    typeof level_min === 'number' ? t('policies.level', { level: level_min }) : '',
    complex ? t('word:condition.complex') : '',
  ].filter(Boolean);
  return (
    <li>
      <b>{said(rule.name)}</b>
      <span className="quiet"> {when.length > 0 ? when.join(' · ') : t('policies.every')}</span>
      <p>
        {Object.entries(rule.goals).map(([promise, goal]) => (
          <span key={promise} className="goal">
            {t(`word:promise.${promise}`)} {target(goal.target)}
          </span>
        ))}
      </p>
    </li>
  );
}

/** What would be promised now, by the policy in force. */
function Try() {
  const { t } = useTranslation('handle');
  const [kind, setKind] = useState<Schemas['Kind']>('complaint');
  const [priority, setPriority] = useState<Schemas['Priority']>('normal');
  const { data } = useQuery({
    queryKey: ['policy-preview', kind, priority],
    queryFn: () => ask(api.POST('/api/v1/policies/preview', { body: { kind, priority } })),
  });
  return (
    <section className="card try" aria-label={t('policies.try')}>
      <h2>{t('policies.try')}</h2>
      <div className="step-row">
        <Select
          aria-label={t('cases.kind')}
          value={kind}
          onChange={setKind}
          options={KINDS.map((it) => ({ value: it, label: t(`word:kind.${it}`) }))}
        />
        <Select
          aria-label={t('cases.priority')}
          value={priority}
          onChange={setPriority}
          options={PRIORITIES.map((it) => ({ value: it, label: t(`word:priority.${it}`) }))}
        />
      </div>
      {data ? (
        <ul>
          {data.promises.map((it) => (
            <li key={it.promise}>
              <b>{t(`word:promise.${it.promise}`)}</b> {said(it.words)}
              <p className="quiet">{t('policies.due', { when: moment(it.due_at), rule: it.rule })}</p>
            </li>
          ))}
          {data.promises.length === 0 && <li>{t('policies.nothing')}</li>}
        </ul>
      ) : (
        <Loading rows={4} />
      )}
    </section>
  );
}
