// Before anything else: the company asks two steps of this person, who has not set up the second yet.

import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../house/api.ts';
import { useMe } from '../house/me.tsx';
import { SecondFactor } from './SecondFactor.tsx';
import './settings.css';

export function SecondStep({ done }: { done: () => void }) {
  const { t } = useTranslation('platform');
  const { staff } = useMe();
  const leave = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/session')),
    onSettled: () => window.location.reload(),
  });
  return (
    <main className="second-step">
      <h1>{t('factor.first')}</h1>
      <p>{t('factor.first_why', { name: staff?.name })}</p>
      <SecondFactor done={done} />
      <Button type="text" loading={leave.isPending} onClick={() => leave.mutate()}>
        {t('factor.not_now')}
      </Button>
    </main>
  );
}
