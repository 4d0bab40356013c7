// Before anything else: the company asks two steps of this person, who has not set up the second yet.

import { useTranslation } from 'react-i18next';
import { useMe } from '../house/me.tsx';
import { Leave } from './Leave.tsx';
import { SecondFactor } from './SecondFactor.tsx';
import './settings.css';

export function SecondStep({ done }: { done: () => void }) {
  const { t } = useTranslation('platform');
  const { staff } = useMe();
  return (
    <main className="second-step">
      <h1>{t('factor.first')}</h1>
      <p>{t('factor.first_why', { name: staff?.name })}</p>
      <SecondFactor done={done} />
      <Leave>{t('factor.not_now')}</Leave>
    </main>
  );
}
