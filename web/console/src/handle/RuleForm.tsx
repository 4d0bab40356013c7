// One rule: for which cases, and what is promised to them until when.

import { CloseOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import type { Schemas } from '../house/api.ts';
import { Help } from '../house/Help.tsx';
import { language } from '../house/i18n.ts';
import { useTree } from '../house/me.tsx';
import { NumberInput } from '../house/NumberInput.tsx';
import { Select } from '../house/Select.tsx';
import { said } from './Calendars.tsx';
import { KINDS, PRIORITIES } from './case.tsx';
import { useTarget } from './Promises.tsx';
import {
  amountOf,
  type Goal,
  PROMISES,
  type PromiseName,
  type Rule,
  targetOf,
  UNITS,
  withGoal,
} from './policyDraft.ts';
import { useCalendars } from './rules.ts';

const CHANNELS: Schemas['Channel'][] = [
  'web_link',
  'qr',
  'email',
  'sms',
  'wechat',
  'wecom',
  'dingtalk',
  'feishu',
  'phone',
  'in_person',
  'kiosk',
  'widget',
  'api',
  'import',
];
/** Levels of customers as policies count them: 1 is a key customer, 2 a VIP. */
const LEVELS = [1, 2] as const;

/** The name of a category in the reader's language, by id. */
function useCategoryName() {
  const categories = useTree('category');
  return (id: string) => {
    const found = categories.find((it) => it.id === id);
    return found ? (language() === 'en' ? found.name_en : found.name_zh) : '';
  };
}

/** A rule in one line of words: for whom, and what. */
export function RuleLine({ rule }: { rule: Rule }) {
  const { t } = useTranslation('handle');
  const target = useTarget();
  const name = useCategoryName();
  const { kinds, priorities, channels, categories, level_min, complex } = rule.when ?? {};
  const when = [
    ...(kinds ?? []).map((it) => t(`word:kind.${it}`)),
    ...(priorities ?? []).map((it) => t(`word:priority.${it}`)),
    ...(channels ?? []).map((it) => t(`word:channel.${it}`)),
    ...(categories ?? []).map(name),
    level_min ? t(`policy.level.${level_min}`) : '',
    complex ? t('word:condition.complex') : '',
  ].filter(Boolean);
  const title = said(rule.name) || t('policy.unnamed');
  const cases = when.length > 0 ? when.join(' · ') : t('policies.every');
  return (
    <>
      <b>{title}</b>
      {cases !== title && <span className="quiet"> {cases}</span>}
      <span className="goals">
        {Object.entries(rule.goals).map(([promise, goal]) => (
          <span key={promise} className="goal">
            {t(`word:promise.${promise}`)} {target(goal.target)}
          </span>
        ))}
      </span>
    </>
  );
}

type Props = { rule: Rule; set: (to: Rule) => void; fault: (field: string) => string | undefined; close: () => void };

export function RuleForm({ rule, set, fault, close }: Props) {
  const { t } = useTranslation('handle');
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const name = (tag: 'zh-CN' | 'en', to: string) => set({ ...rule, name: { ...rule.name, [tag]: to } });
  return (
    <section className="card editor" aria-label={t('policy.rule')}>
      <div className="editor-head">
        <h2 ref={head} tabIndex={-1}>
          {said(rule.name) || t('policy.unnamed')}
        </h2>
        <Button type="text" icon={<CloseOutlined aria-hidden />} aria-label={t('house:close')} onClick={close} />
      </div>
      <div className="editor-fields">
        <div className="editor-pair">
          <Field label={t('policy.name_zh')} fault={fault('name')}>
            {(own) => (
              <Input
                {...own}
                lang="zh-CN"
                value={rule.name['zh-CN'] ?? ''}
                onChange={(event) => name('zh-CN', event.target.value)}
              />
            )}
          </Field>
          <Field label={t('policy.name_en')} fault={undefined}>
            {(own) => (
              <Input {...own} value={rule.name.en ?? ''} onChange={(event) => name('en', event.target.value)} />
            )}
          </Field>
        </div>
        <Conditions rule={rule} set={set} />
        <fieldset className="policy-goals">
          <legend>{t('policy.goals')}</legend>
          {fault('goals') && <p className="field-fault">{fault('goals')}</p>}
          {PROMISES.map((promise) => (
            <GoalRow
              key={promise}
              promise={promise}
              goal={rule.goals[promise]}
              set={(goal) => set(withGoal(rule, promise, goal))}
              fault={fault(`goals.${promise}.target`)}
            />
          ))}
        </fieldset>
      </div>
    </section>
  );
}

/** All that are given must hold; a list holds when one of it does. */
function Conditions({ rule, set }: { rule: Rule; set: (to: Rule) => void }) {
  const { t } = useTranslation('handle');
  const categories = useTree('category');
  const categoryName = useCategoryName();
  const when = rule.when;
  const change = (changed: Partial<Schemas['When']>) => {
    const all = { kinds: [], priorities: [], channels: [], categories: [], level_min: null, complex: null };
    set({ ...rule, when: { ...all, ...when, ...changed } });
  };
  const several = <V extends string>(
    label: string,
    value: V[],
    options: { value: V; label: string }[],
    to: (it: V[]) => void,
  ) => (
    <Field label={label} fault={undefined}>
      {(own) => (
        <Select
          {...own}
          mode="multiple"
          value={value}
          onChange={to}
          options={options}
          placeholder={t('policy.any')}
          showSearch={{ optionFilterProp: 'label' }}
        />
      )}
    </Field>
  );
  return (
    <fieldset className="policy-goals">
      <legend>{t('policy.when')}</legend>
      <div className="editor-pair">
        {several(
          t('cases.kind'),
          when?.kinds ?? [],
          KINDS.map((it) => ({ value: it, label: t(`word:kind.${it}`) })),
          (kinds) => change({ kinds }),
        )}
        {several(
          t('cases.priority'),
          when?.priorities ?? [],
          PRIORITIES.map((it) => ({ value: it, label: t(`word:priority.${it}`) })),
          (priorities) => change({ priorities }),
        )}
        {several(
          t('word:condition.channel'),
          when?.channels ?? [],
          CHANNELS.map((it) => ({ value: it, label: t(`word:channel.${it}`) })),
          (channels) => change({ channels }),
        )}
        {several(
          t('labels.category'),
          when?.categories ?? [],
          categories.map((it) => ({ value: it.id, label: categoryName(it.id) })),
          (to) => change({ categories: to }),
        )}
        <Field label={t('word:condition.level')} fault={undefined}>
          {(own) => (
            <Select
              {...own}
              value={when?.level_min ?? null}
              onChange={(level: number | undefined) => change({ level_min: level ?? null })}
              options={LEVELS.map((it) => ({ value: it, label: t(`policy.level.${it}`) }))}
              placeholder={t('policy.any')}
              allowClear
            />
          )}
        </Field>
        <Checkbox
          checked={when?.complex ?? false}
          onChange={(event) => change({ complex: event.target.checked ? true : null })}
        >
          {t('policy.complex')}
        </Checkbox>
      </div>
    </fieldset>
  );
}

type GoalProps = {
  promise: PromiseName;
  goal: Goal | undefined;
  set: (to: Goal | undefined) => void;
  fault: string | undefined;
};

function GoalRow({ promise, goal, set, fault }: GoalProps) {
  const { t } = useTranslation('handle');
  const calendars = useCalendars();
  const name = t(`word:promise.${promise}`);
  const amount = goal && amountOf(goal.target);
  return (
    <div className="goal-row">
      <span>
        <Checkbox
          checked={goal !== undefined}
          onChange={(event) =>
            set(event.target.checked ? { target: targetOf({ unit: 'hours', amount: 2 }) } : undefined)
          }
        >
          {name}
        </Checkbox>
        <Help of={`promise.${promise}`} name={name} />
      </span>
      {goal && amount && (
        <div className="goal-target">
          <NumberInput
            aria-label={t('policy.amount_of', { promise: name })}
            min={1}
            max={10_000}
            {...(fault ? { status: 'error' as const } : {})}
            value={amount.amount}
            onChange={(to) => set({ ...goal, target: targetOf({ ...amount, amount: to ?? 1 }) })}
          />
          <Select
            aria-label={t('policy.unit_of', { promise: name })}
            value={amount.unit}
            onChange={(unit) =>
              set({ ...goal, target: targetOf({ unit, amount: Math.max(1, Math.round(amount.amount)) }) })
            }
            options={UNITS.map((it) => ({ value: it, label: t(`unit.${it}`) }))}
          />
          <Select
            aria-label={t('policy.calendar_of', { promise: name })}
            value={goal.calendar ?? null}
            onChange={(calendar: string | undefined) => set({ ...goal, calendar: calendar ?? null })}
            options={calendars.map((it) => ({ value: it.id, label: said(it.name) }))}
            placeholder={t('policy.calendar_same')}
            allowClear
          />
        </div>
      )}
      {fault && <p className="field-fault">{fault}</p>}
    </div>
  );
}
