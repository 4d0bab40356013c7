// One's own new password, with the one there is.

import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, queries, Trouble } from '../house/api.ts';
import { useMe } from '../house/me.tsx';
import { useSaid } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';
import { NewPassword } from './NewPassword.tsx';
import './settings.css';

/** `given`: the one there is was given by somebody else. */
export function PasswordForm({ given, done }: { given?: boolean; done?: () => void }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const { staff, tenant } = useMe();
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const put = useMutation({
    mutationFn: () => ask(api.PUT('/api/v1/me/password', { body: { old_password: old, password } })),
    onSuccess: () => {
      setOld('');
      setPassword('');
      tell(t('profile.changed'));
      queries.invalidateQueries({ queryKey: ['sessions'] });
      done?.();
    },
  });
  const fault = (field: string) => (put.error instanceof Trouble ? put.error.at(field) : undefined);
  return (
    <form
      className="card settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate();
      }}
    >
      <h2>{t('profile.password')}</h2>
      <Field label={t(given ? 'profile.given' : 'profile.old')} fault={fault('old_password')}>
        {(own) => (
          <Input
            {...own}
            type={shown ? 'text' : 'password'}
            autoComplete="current-password"
            value={old}
            onChange={(event) => setOld(event.target.value)}
          />
        )}
      </Field>
      <NewPassword
        label={t('profile.new')}
        value={password}
        set={setPassword}
        known={[staff?.login ?? '', staff?.name ?? '', tenant.slug, tenant.name]}
        fault={fault('password')}
        shown={shown}
        note={t('password.rule')}
      />
      <Checkbox checked={shown} onChange={(event) => setShown(event.target.checked)}>
        {t('sign_in.show')}
      </Checkbox>
      {put.error && (
        <p className="fault" role="alert">
          {said(put.error)}
        </p>
      )}
      <div className="move-foot">
        <Button type="primary" htmlType="submit" loading={put.isPending} disabled={!old || !password}>
          {t('profile.change')}
        </Button>
      </div>
    </form>
  );
}
