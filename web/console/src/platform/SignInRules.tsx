// 登录: of whom the company asks two steps.

import { useTranslation } from 'react-i18next';
import type { Marked } from '../house/api.ts';
import { useSettingDraft } from '../house/setting.tsx';
import { Card, Group } from './Company.tsx';

const WHOM = ['offered', 'administrators', 'everybody'] as const;
type RulesOf = { two_steps: (typeof WHOM)[number] };

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
    </Card>
  );
}
