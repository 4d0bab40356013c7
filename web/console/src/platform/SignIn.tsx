// The door.

import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, Trouble } from '../house/api.ts';
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
  // Asked for when the password was right and the person has set up two steps.
  const [code, setCode] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');

  const enter = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault('');
    try {
      await ask(
        api.POST('/api/v1/session', {
          body: { tenant: tenant.trim(), login: login.trim(), password, code: code?.trim() || null },
        }),
      );
      keep(tenant.trim());
      done();
    } catch (error) {
      if (error instanceof Trouble && error.code === 'second_factor_required') {
        setCode('');
      } else {
        if (code !== undefined) setCode('');
        setFault(said(error));
      }
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
      {code !== undefined && (
        <div className="field">
          <label htmlFor={`${id}-code`}>{t('sign_in.code')}</label>
          <Input
            id={`${id}-code`}
            value={code}
            onChange={(it) => setCode(it.target.value)}
            autoComplete="one-time-code"
            autoCapitalize="none"
            aria-describedby={`${id}-code-help`}
            autoFocus
            required
            size="large"
          />
          <p id={`${id}-code-help`} className="quiet">
            {t('sign_in.code_help')}
          </p>
        </div>
      )}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <Button type="primary" htmlType="submit" size="large" loading={busy}>
        {t('sign_in.enter')}
      </Button>
      {!bare && tenant.trim() && (
        <a className="text-button" href={`/sso/${encodeURIComponent(tenant.trim())}`}>
          {t('sign_in.company')}
        </a>
      )}
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
