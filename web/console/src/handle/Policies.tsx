// 时限策略: which promise is made to whom, and what a case of this kind would be promised.

import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, newId, type Schemas } from '../house/api.ts';
import { moment } from '../house/format.ts';
import { Help } from '../house/Help.tsx';
import { useMay } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { useAddress } from '../house/useAddress.ts';
import { said } from './Calendars.tsx';
import { KINDS, PRIORITIES } from './case.tsx';
import { PolicyEditor } from './PolicyEditor.tsx';
import { RuleLine } from './RuleForm.tsx';
import './case.css';
import '../platform/settings.css';
import '../platform/editor.css';
import './policy.css';

export function Policies() {
  const { t } = useTranslation('handle');
  const may = useMay()('policies:write');
  const { values, set } = useAddress(['edit', 'like'] as const);
  const policies = useQuery({ queryKey: ['policies'], queryFn: () => ask(api.GET('/api/v1/policies')) });
  const edited = policies.data?.find((it) => it.id === (values.like || values.edit));
  if (edited && may) {
    const close = () => set({ edit: '', like: '' });
    return <PolicyEditor key={values.edit} id={values.edit} it={edited} close={close} />;
  }
  return (
    <Page title={t('policies.title')} help="policy">
      {policies.isPending && <Loading />}
      {policies.error && <Failed error={policies.error} again={() => policies.refetch()} />}
      {policies.data && (
        <div className="rule-columns">
          <div>
            {policies.data.map((it) => (
              <section key={it.id} className="card rule-card" aria-label={said(it.name)}>
                <h2>
                  {said(it.name)}
                  <span className="quiet">
                    {t('version', { version: it.version })} ·{' '}
                    {it.in_force ? t('policies.in_force') : t('policies.resting')}
                  </span>
                </h2>
                {may && (
                  <p className="rule-tools">
                    <Button size="small" onClick={() => set({ edit: it.id }, { replace: false })}>
                      {t('edit')}
                    </Button>
                    <Button size="small" onClick={() => set({ edit: newId(), like: it.id }, { replace: false })}>
                      {t('policy.copy')}
                    </Button>
                  </p>
                )}
                <p className="quiet">
                  {t('policies.order')}
                  <Help of="rule" name={t('policy.rule')} />
                </p>
                <ol>
                  {it.policy.rules.map((rule) => (
                    <li key={rule.key}>
                      <RuleLine rule={rule} />
                    </li>
                  ))}
                </ol>
              </section>
            ))}
          </div>
          <TryPolicy />
        </div>
      )}
    </Page>
  );
}

/** What would be promised now, by a draft or by the policy in force. */
export function TryPolicy({ draft }: { draft?: Schemas['Policy'] }) {
  const { t } = useTranslation('handle');
  const trouble = useSaid();
  const [kind, setKind] = useState<Schemas['Kind']>('complaint');
  const [priority, setPriority] = useState<Schemas['Priority']>('normal');
  const { data, error } = useQuery({
    queryKey: ['policy-preview', kind, priority, draft],
    queryFn: () =>
      ask(api.POST('/api/v1/policies/preview', { body: { kind, priority, ...(draft ? { policy: draft } : {}) } })),
    placeholderData: (before) => before,
  });
  const kept = useQuery({ queryKey: ['policies'], queryFn: () => ask(api.GET('/api/v1/policies')), enabled: !draft });
  const rules = (draft ?? kept.data?.find((it) => it.in_force)?.policy)?.rules ?? [];
  const ruleName = (key: string) => said(rules.find((it) => it.key === key)?.name) || key;
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
      {error && <p className="field-fault">{trouble(error)}</p>}
      {data ? (
        <ul>
          {data.promises.map((it) => (
            <li key={it.promise}>
              <b>{t(`word:promise.${it.promise}`)}</b> {said(it.words)}
              <Help of={`promise.${it.promise}`} name={t(`word:promise.${it.promise}`)} />
              <p className="quiet">{t('policies.due', { when: moment(it.due_at), rule: ruleName(it.rule) })}</p>
            </li>
          ))}
          {data.promises.length === 0 && <li>{t('policies.nothing')}</li>}
        </ul>
      ) : (
        !error && <Loading rows={4} />
      )}
    </section>
  );
}
