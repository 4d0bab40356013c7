// 登录: of whom the company asks two steps, and how long a password lasts that somebody else gave.

import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import type { Marked } from '../house/api.ts';
import { NumberInput } from '../house/NumberInput.tsx';
import { useSettingDraft } from '../house/setting.tsx';
import { Card, Group } from './Company.tsx';

const WHOM = ['offered', 'administrators', 'everybody'] as const;
type RulesOf = { two_steps: (typeof WHOM)[number]; given_password_days: number };

const DAYS_MAX = 90;

export function SignInRules() {
  return <Group<RulesOf> of="sign_in">{(found) => <RulesForm found={found} />}</Group>;
}

function RulesForm({ found }: { found: Marked<RulesOf> }) {
  const { t } = useTranslation('platform');
  const of = useSettingDraft('sign_in', found, t('company.sign_in_kept'));
  return (
    <Card title={t('company.sign_in')} text={t('company.sign_in_text')} of={of}>
      <fieldset className="choices wide" aria-label={t('company.sign_in')}>
        {WHOM.map((it) => (
          <label key={it}>
            <input
              type="radio"
              name="two_steps"
              checked={of.draft.two_steps === it}
              onChange={() => of.set({ ...of.draft, two_steps: it })}
            />
            <span>
              <b>{t(`company.two_steps_${it}`)}</b>
              <span className="quiet"> {t(`company.two_steps_why_${it}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={t('company.given_password_days')} fault={of.fault('given_password_days')}>
        {(own) => (
          <NumberInput
            {...own}
            min={1}
            max={DAYS_MAX}
            precision={0}
            value={of.draft.given_password_days}
            onChange={(to) => of.set({ ...of.draft, given_password_days: to ?? 1 })}
          />
        )}
      </Field>
      <p className="quiet wide">{t('company.given_password_why')}</p>
    </Card>
  );
}
