// When customers are asked, how often at most, by which form: sentences with numbers in them.

import { Checkbox, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Marked, Schemas } from '../house/api.ts';
import { Help } from '../house/Help.tsx';
import { useMay } from '../house/me.tsx';
import { NumberInput } from '../house/NumberInput.tsx';
import { KeepBar, useSetting, useSettingDraft } from '../house/setting.tsx';
import { Failed, Loading } from '../house/states.tsx';
import { type Form, say } from './form.ts';

const KEY = 'invitations';

/** The group of settings as the server documents it. */
type Rules = {
  on: boolean;
  delay_minutes: number;
  latest_hours: number;
  fatigue_days: number;
  asks_max: number;
  reminder_hours: number;
  expiry_days: number;
  cooling_off: boolean;
  cooling_off_days: number;
  relationship: boolean;
  relationship_days: number;
  channels: Schemas['Channel'][];
  forms: Record<'first' | 'vip' | 'after_rectification' | 'cooling_off' | 'relationship', string>;
};
type Numbers = { [K in keyof Rules]: Rules[K] extends number ? K : never }[keyof Rules];

const ROUNDS = ['first', 'vip', 'after_rectification', 'cooling_off', 'relationship'] as const;
const CHANNELS: Schemas['Channel'][] = ['email', 'sms', 'wechat', 'wecom', 'dingtalk', 'feishu'];

export function AskRules({ forms }: { forms: Form[] }) {
  const found = useSetting<Rules>(KEY);
  if (found.data) return <Sentences found={found.data} forms={forms} />;
  return found.error ? <Failed error={found.error} again={() => found.refetch()} /> : <Loading rows={8} />;
}

function Sentences({ found, forms }: { found: Marked<Rules>; forms: Form[] }) {
  const { t } = useTranslation('collect');
  const may = useMay()('settings:write');
  const changes = useSettingDraft(KEY, found, t('rules.kept'));
  const { draft: rules, set: setRules, fault } = changes;
  const number = (field: Numbers) => (
    <NumberInput
      aria-label={t(`rules.${field}`)}
      value={rules[field]}
      disabled={!may}
      onChange={(to) => to !== null && setRules({ ...rules, [field]: to })}
      {...(fault(field) ? { status: 'error' as const } : {})}
      className="number"
    />
  );
  const check = (field: 'on' | 'cooling_off' | 'relationship') => (
    <Checkbox
      checked={rules[field]}
      disabled={!may}
      onChange={(event) => setRules({ ...rules, [field]: event.target.checked })}
    >
      {t(`rules.${field}`)}
    </Checkbox>
  );
  /** A sentence with its numbers standing where they are spoken. */
  const sentence = (key: string, ...numbers: Numbers[]): ReactNode => {
    const parts = t(`rules.say_${key}`).split('#');
    const faults = numbers.map(fault).filter(Boolean);
    return (
      <>
        <p className="rule-sentence">
          {parts.map((text, at) => {
            const field = numbers[at];
            return (
              <span key={text}>
                {text} {field && number(field)}{' '}
              </span>
            );
          })}
        </p>
        {faults.length > 0 && <p className="fault">{faults.join(' ')}</p>}
      </>
    );
  };
  const published = forms.filter((it) => it.published_version && !it.retired_at);
  return (
    <form
      className="ask-rules"
      onSubmit={(event) => {
        event.preventDefault();
        changes.keep();
      }}
    >
      <section className="card">
        <h2>
          {t('rules.when')}
          <Help of="invitation.when" name={t('rules.when')} />
        </h2>
        {check('on')}
        {sentence('delay', 'delay_minutes', 'latest_hours')}
        {check('cooling_off')}
        {sentence('cooling_off', 'cooling_off_days')}
        {check('relationship')}
        {sentence('relationship', 'relationship_days')}
        {sentence('after', 'reminder_hours', 'expiry_days')}
      </section>
      <section className="card">
        <h2>
          {t('rules.fatigue')}
          <Help of="invitation.fatigue" name={t('rules.fatigue')} />
        </h2>
        {sentence('fatigue', 'fatigue_days', 'asks_max')}
        <p className="quiet">{t('rules.fatigue_hint')}</p>
        <h2>
          {t('rules.channels')}
          <Help of="invitation.channels" name={t('rules.channels')} />
        </h2>
        <Select
          mode="multiple"
          aria-label={t('rules.channels')}
          disabled={!may}
          value={rules.channels}
          onChange={(channels) => setRules({ ...rules, channels })}
          options={CHANNELS.map((it) => ({ value: it, label: t(`word:channel.${it}`) }))}
        />
        <p className="quiet">{t('rules.channels_hint')}</p>
      </section>
      <section className="card">
        <h2>
          {t('rules.forms')}
          <Help of="invitation.forms" name={t('rules.forms')} />
        </h2>
        {ROUNDS.map((it) => (
          <div key={it} className="field">
            <label htmlFor={`rules-${it}`}>{it === 'vip' ? t('rules.vip') : t(`word:round.${it}`)}</label>
            <Select
              id={`rules-${it}`}
              disabled={!may}
              value={rules.forms[it]}
              onChange={(key: string) => setRules({ ...rules, forms: { ...rules.forms, [it]: key } })}
              options={published.map((form) => ({ value: form.key, label: say(form.draft.title) }))}
            />
          </div>
        ))}
        <p className="quiet">{t('rules.forms_hint')}</p>
      </section>
      {may ? <KeepBar of={changes} label={t('rules.keep')} /> : <p className="quiet">{t('rules.may_not')}</p>}
    </form>
  );
}
