// The door.

import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../house/api.ts';
import { language, speak } from '../house/i18n.ts';
import { Mark, useSaid } from '../house/states.tsx';

function kept(): string {
  try {
    return localStorage.getItem('huisheng.tenant') ?? '';
  } catch {
    return '';
  }
}

function keep(tenant: string) {
  try {
    localStorage.setItem('huisheng.tenant', tenant);
  } catch {
    // Then it is typed again next time.
  }
}

export function SignIn({ done, slug, bare }: { done: () => void; slug?: string; bare?: boolean }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const id = useId();
  const [tenant, setTenant] = useState(() => slug ?? kept());
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');

  const enter = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault('');
    try {
      await ask(api.POST('/api/v1/session', { body: { tenant: tenant.trim(), login: login.trim(), password } }));
      keep(tenant.trim());
      done();
    } catch (error) {
      setFault(said(error));
    } finally {
      setBusy(false);
    }
  };

  const form = (
    <form className={bare ? 'sign-in sign-in-bare' : 'sign-in'} onSubmit={enter}>
      {!bare && <h1>{t('sign_in.title')}</h1>}
      <div className="field">
        <label htmlFor={`${id}-tenant`}>{t('sign_in.tenant')}</label>
        <Input
          id={`${id}-tenant`}
          value={tenant}
          onChange={(it) => setTenant(it.target.value)}
          autoComplete="organization"
          autoCapitalize="none"
          required
          size="large"
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-login`}>{t('sign_in.login')}</label>
        <Input
          id={`${id}-login`}
          value={login}
          onChange={(it) => setLogin(it.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          required
          size="large"
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-password`}>{t('sign_in.password')}</label>
        <Input
          id={`${id}-password`}
          type="password"
          value={password}
          onChange={(it) => setPassword(it.target.value)}
          autoComplete="current-password"
          required
          size="large"
        />
      </div>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <Button type="primary" htmlType="submit" size="large" loading={busy}>
        {t('sign_in.enter')}
      </Button>
      {!bare && (
        <button
          type="button"
          className="text-button"
          lang={language() === 'en' ? 'zh-CN' : 'en'}
          onClick={() => speak(language() === 'en' ? 'zh-CN' : 'en')}
        >
          {language() === 'en' ? '中文' : 'English'}
        </button>
      )}
    </form>
  );
  if (bare) return form;
  return (
    <main className="door">
      <title>{`${t('sign_in.title')} · ${t('house:brand')}`}</title>
      <div className="door-art">
        <Mark />
        <h2>{t('sign_in.motto')}</h2>
        <p>{t('sign_in.motto_text')}</p>
      </div>
      <div className="door-form">{form}</div>
    </main>
  );
}
