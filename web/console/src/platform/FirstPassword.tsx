// Before anything else: the password was given by somebody else, and its person chooses their own.

import { useTranslation } from 'react-i18next';
import { useMe } from '../house/me.tsx';
import { Leave } from './Leave.tsx';
import { PasswordForm } from './PasswordForm.tsx';

export function FirstPassword({ done }: { done: () => void }) {
  const { t } = useTranslation('platform');
  const { staff } = useMe();
  return (
    <main className="second-step">
      <h1>{t('password.first')}</h1>
      <p>{t('password.first_why', { name: staff?.name })}</p>
      <PasswordForm given done={done} />
      <Leave>{t('factor.not_now')}</Leave>
    </main>
  );
}
