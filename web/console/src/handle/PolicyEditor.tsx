// A policy in hand: rules in order, each opened beside the list; tried on a case and on last month's before
// it is kept. Promises already made stay as they were made.

import { ArrowDownOutlined, ArrowUpOutlined, CopyOutlined, DeleteOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, queries, type Schemas, Trouble } from '../house/api.ts';
import { useCarry } from '../house/carry.ts';
import { Page } from '../house/Page.tsx';
import { useSaid } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';
import { Overtaken } from '../platform/Editor.tsx';
import { said } from './Calendars.tsx';
import { TryPolicy } from './Policies.tsx';
import { PolicyTrial } from './PolicyTrial.tsx';
import { freshRule, insertedRule, moved, type Policy, withoutRule, withRule } from './policyDraft.ts';
import { RuleForm, RuleLine } from './RuleForm.tsx';
import { useCalendars } from './rules.ts';
import '../platform/editor.css';
import './policy.css';

type Kept = Schemas['PolicyBody'];

/** `it` is what is changed; a new policy begins as a copy and has no version yet. */
export function PolicyEditor({ id, it: now, close }: { id: string; it: Kept; close: () => void }) {
  const { t } = useTranslation('handle');
  const trouble = useSaid();
  const calendars = useCalendars();
  // What was opened is what is changed, whatever comes in meanwhile.
  const [it] = useState(now);
  const [version, setVersion] = useState(it.version);
  const isNew = id !== it.id;
  const [name, setName] = useState<Record<string, string>>(isNew ? {} : it.name);
  const [policy, setPolicy] = useState<Policy>(it.policy);
  const [inForce, setInForce] = useState(!isNew && it.in_force);
  const [open, setOpen] = useState<string>();
  const [leaving, setLeaving] = useState(false);
  const dirty = name !== it.name || policy !== it.policy || inForce !== it.in_force;
  const put = useMutation({
    mutationFn: () => {
      const body = { name, policy, in_force: inForce, ...(isNew ? {} : { version }) };
      return ask(api.PUT('/api/v1/policies/{id}', { params: { path: { id } }, body }));
    },
    onSuccess: (kept) => {
      tell(t('policy.kept', { name: said(kept.name), version: kept.version }));
      queries.invalidateQueries({ queryKey: ['policies'] });
      queries.invalidateQueries({ queryKey: ['policy-preview'] });
      close();
    },
  });
  const carry = useCarry<Kept>({
    first: it,
    draft: { ...it, name, policy, in_force: inForce },
    set: (to) => {
      setName(to.name);
      setPolicy(to.policy);
      setInForce(to.in_force);
      setVersion(to.version);
    },
    read: async () => (await ask(api.GET('/api/v1/policies'))).find((one) => one.id === id),
    reset: put.reset,
  });
  const faults = put.error instanceof Trouble ? (put.error.problem?.errors ?? []) : [];
  const fault = (field: string) => faults.find((one) => one.field === field)?.message;
  const at = policy.rules.findIndex((one) => one.key === open);
  const rule = policy.rules[at];
  const drop = (index: number) => {
    const gone = policy.rules[index];
    if (!gone) return;
    setPolicy(withoutRule(policy, index));
    tell(t('policy.rule_dropped', { name: said(gone.name) }), () =>
      setPolicy((now) => insertedRule(now, Math.min(index, now.rules.length), gone)),
    );
  };
  const add = (like?: Schemas['Rule'], to = 0) => {
    const fresh = freshRule(policy, like);
    setPolicy(insertedRule(policy, to, fresh));
    setOpen(fresh.key);
  };
  return (
    <Page
      title={isNew ? t('policy.new') : said(it.name)}
      actions={
        leaving ? (
          <>
            <span role="alert">{t('platform:editor.unsaved')}</span>
            <Button danger onClick={close}>
              {t('platform:editor.discard')}
            </Button>
            <Button onClick={() => setLeaving(false)}>{t('platform:editor.stay')}</Button>
          </>
        ) : (
          <>
            <Button onClick={() => (dirty ? setLeaving(true) : close())}>{t('house:cancel')}</Button>
            <Button type="primary" loading={put.isPending} onClick={() => put.mutate()}>
              {t('platform:keep')}
            </Button>
          </>
        )
      }
    >
      {put.error && (
        <p className="fault" role="alert">
          {trouble(put.error)} <Overtaken error={put.error} carry={carry} />
        </p>
      )}
      <div className={rule ? 'policy-columns policy-open' : 'policy-columns'}>
        <div className="policy-rules">
          <section className="card rule-card policy-head" aria-label={t('policy.about')}>
            <Field label={t('policy.name_zh')} fault={fault('name')}>
              {(own) => (
                <Input
                  {...own}
                  lang="zh-CN"
                  value={name['zh-CN'] ?? ''}
                  onChange={(event) => setName({ ...name, 'zh-CN': event.target.value })}
                />
              )}
            </Field>
            <Field label={t('policy.name_en')} fault={undefined}>
              {(own) => (
                <Input
                  {...own}
                  value={name.en ?? ''}
                  onChange={(event) => setName({ ...name, en: event.target.value })}
                />
              )}
            </Field>
            <Field label={t('policy.calendar')} help="calendar" fault={fault('policy.calendar')}>
              {(own) => (
                <Select
                  {...own}
                  value={policy.calendar}
                  onChange={(calendar) => setPolicy({ ...policy, calendar })}
                  options={calendars.map((one) => ({ value: one.id, label: said(one.name) }))}
                />
              )}
            </Field>
            <Field label={t('policy.wake')} help="wake" fault={fault('policy.wake_bp')}>
              {(own) => (
                <Select
                  {...own}
                  mode="multiple"
                  value={policy.wake_bp ?? []}
                  onChange={(wake_bp: number[]) =>
                    setPolicy({ ...policy, wake_bp: [...wake_bp].sort((a, b) => a - b) })
                  }
                  options={WAKES_BP.map((one) => ({ value: one, label: `${one / BP_PER_PERCENT}%` }))}
                />
              )}
            </Field>
            <Checkbox
              checked={inForce}
              disabled={!isNew && it.in_force}
              onChange={(event) => setInForce(event.target.checked)}
            >
              {t('policy.in_force')}
            </Checkbox>
          </section>
          <div className="policy-rules-head">
            <h2>{t('policy.rules')}</h2>
            <Button onClick={() => add()}>{t('policy.add_rule')}</Button>
          </div>
          <p className="quiet">{t('policies.order')}</p>
          {fault('policy.rules') && <p className="field-fault">{fault('policy.rules')}</p>}
          <ol className="card policy-list">
            {policy.rules.map((one, index) => {
              const wrong = faults.some((it) => it.field?.startsWith(`policy.rules.${index}.`));
              return (
                <li key={one.key} className={one.key === open ? 'policy-rule row-open' : 'policy-rule'}>
                  <button type="button" className="policy-rule-open" onClick={() => setOpen(one.key)}>
                    <RuleLine rule={one} />
                    {wrong && <span className="field-fault">{t('policy.rule_wrong')}</span>}
                  </button>
                  <span className="policy-rule-tools">
                    <Button
                      type="text"
                      icon={<ArrowUpOutlined aria-hidden />}
                      aria-label={t('policy.up')}
                      disabled={index === 0}
                      onClick={() => setPolicy(moved(policy, index, -1))}
                    />
                    <Button
                      type="text"
                      icon={<ArrowDownOutlined aria-hidden />}
                      aria-label={t('policy.down')}
                      disabled={index === policy.rules.length - 1}
                      onClick={() => setPolicy(moved(policy, index, 1))}
                    />
                    <Button
                      type="text"
                      icon={<CopyOutlined aria-hidden />}
                      aria-label={t('policy.copy_rule')}
                      onClick={() => add(one, index + 1)}
                    />
                    <Button
                      type="text"
                      icon={<DeleteOutlined aria-hidden />}
                      aria-label={t('policy.drop_rule')}
                      onClick={() => drop(index)}
                    />
                  </span>
                </li>
              );
            })}
          </ol>
        </div>
        {rule ? (
          <RuleForm
            key={rule.key}
            rule={rule}
            set={(to) => setPolicy(withRule(policy, at, to))}
            fault={(field) => fault(`policy.rules.${at}.${field}`)}
            close={() => setOpen(undefined)}
          />
        ) : (
          <div className="policy-tries">
            <TryPolicy draft={policy} />
            <PolicyTrial draft={policy} />
          </div>
        )}
      </div>
    </Page>
  );
}

const BP_PER_PERCENT = 100;
const WAKES_BP = [5000, 7500, 8000, 9000, 10_000, 12_000, 15_000, 20_000];
