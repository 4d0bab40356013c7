// The first run: the code the server printed, the company, who administers it, the hours it keeps its promises in,
// and whether it begins empty or with a year of made-up service.

import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Progress } from 'antd';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, type Schemas, Trouble } from '../house/api.ts';
import { language, speak } from '../house/i18n.ts';
import { Mark, useSaid } from '../house/states.tsx';
import { LanguageField, ZoneField } from './Company.tsx';
import { NewPassword } from './NewPassword.tsx';
import './setup.css';

const LOOK_MS = 700;
/** A year as large as a team of two dozen has. */
const SERVICES = 20_000;

/** The code may stand behind the address, as the server prints it; it is never sent with the address. */
const printed = () => decodeURIComponent(window.location.hash.slice(1));

type Draft = Schemas['SetUp'];

function start(): Draft {
  return {
    code: printed(),
    company: {
      name: '',
      slug: '',
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Shanghai',
      language: language(),
      hours: 'office',
    },
    administrator: { name: '', login: 'admin', password: '' },
  };
}

export function SetUp({ done, notNeeded }: { done: () => void; notNeeded: () => void }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const [draft, setDraft] = useState(start);
  const [demo, setDemo] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [filling, setFilling] = useState(false);
  const [shown, setShown] = useState(false);
  const fault = (field: string) => (error instanceof Trouble ? error.at(field) : undefined);
  const company = (changed: Partial<Draft['company']>) =>
    setDraft({ ...draft, company: { ...draft.company, ...changed } });
  const administrator = (changed: Partial<Draft['administrator']>) =>
    setDraft({ ...draft, administrator: { ...draft.administrator, ...changed } });

  const make = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const body = { ...draft, demo: demo ? { services: SERVICES } : null };
      await ask(api.POST('/api/v1/setup', { body }));
      // The code has done its work.
      window.history.replaceState(null, '', '/console/');
      if (demo) setFilling(true);
      else done();
    } catch (refused) {
      setError(refused);
      if (refused instanceof Trouble && refused.code === 'setup_done') notNeeded();
    } finally {
      setBusy(false);
    }
  };

  if (filling) return <Door>{<Progressing done={done} />}</Door>;
  const text = (label: string, at: string, value: string, set: (to: string) => void, more: object = {}) => (
    <Field label={label} fault={fault(at)}>
      {(own) => <Input {...own} {...more} value={value} required onChange={(event) => set(event.target.value)} />}
    </Field>
  );
  return (
    <Door>
      <form className="set-up" onSubmit={make}>
        <h1>{t('setup.title')}</h1>
        <p className="quiet">{t('setup.text')}</p>
        {text(t('setup.code'), 'code', draft.code, (code) => setDraft({ ...draft, code }), {
          placeholder: 'XXXX-XXXX-XXXX-XXXX',
          autoComplete: 'off',
          spellCheck: false,
          className: 'code',
        })}
        <h2>{t('setup.company')}</h2>
        <div className="set-up-pair">
          {text(t('company.name'), 'name', draft.company.name, (name) => company({ name }), {
            autoComplete: 'organization',
          })}
          {text(t('company.code'), 'slug', draft.company.slug, (slug) => company({ slug }), {
            placeholder: 'acme',
            autoCapitalize: 'none',
          })}
          <ZoneField value={draft.company.zone} set={(zone) => company({ zone })} fault={fault('zone')} />
          <LanguageField value={draft.company.language} set={(to) => company({ language: to })} />
        </div>
        <p className="quiet">{t('setup.code_stays')}</p>
        <h2>{t('setup.administrator')}</h2>
        <div className="set-up-pair">
          {text(t('staff.name'), 'administrator.name', draft.administrator.name, (name) => administrator({ name }), {
            autoComplete: 'name',
          })}
          {text(t('staff.login'), 'login', draft.administrator.login, (login) => administrator({ login }), {
            autoComplete: 'username',
            autoCapitalize: 'none',
          })}
        </div>
        <NewPassword
          label={t('sign_in.password')}
          value={draft.administrator.password}
          set={(password) => administrator({ password })}
          known={[draft.administrator.login, draft.administrator.name, draft.company.slug, draft.company.name]}
          fault={fault('password')}
          shown={shown}
          required
          note={t('password.rule')}
        />
        <Checkbox checked={shown} onChange={(event) => setShown(event.target.checked)}>
          {t('sign_in.show')}
        </Checkbox>
        <Choice
          name="contents"
          title={t('setup.contents')}
          value={demo ? 'demo' : 'empty'}
          set={(to) => setDemo(to === 'demo')}
          options={['empty', 'demo']}
        />
        {!demo && (
          <Choice
            name="hours"
            title={t('setup.hours')}
            value={draft.company.hours}
            set={(hours) => company({ hours: hours as Draft['company']['hours'] })}
            options={['office', 'always']}
          />
        )}
        {error !== undefined && (
          <p className="fault" role="alert">
            {said(error)}
          </p>
        )}
        <Button type="primary" htmlType="submit" size="large" loading={busy}>
          {t('setup.make')}
        </Button>
        <button
          type="button"
          className="text-button"
          lang={language() === 'en' ? 'zh-CN' : 'en'}
          onClick={() => speak(language() === 'en' ? 'zh-CN' : 'en')}
        >
          {language() === 'en' ? '中文' : 'English'}
        </button>
      </form>
    </Door>
  );
}

function Door({ children }: { children: ReactNode }) {
  const { t } = useTranslation('platform');
  return (
    <main className="door">
      <title>{`${t('setup.title')} · ${t('house:brand')}`}</title>
      <div className="door-art">
        <Mark />
        <h2>{t('sign_in.motto')}</h2>
        <p>{t('sign_in.motto_text')}</p>
      </div>
      <div className="door-form">{children}</div>
    </main>
  );
}

type ChoiceProps = { name: string; title: string; value: string; set: (to: string) => void; options: string[] };

function Choice({ name, title, value, set, options }: ChoiceProps) {
  const { t } = useTranslation('platform');
  return (
    <fieldset className="choices">
      <legend>{title}</legend>
      {options.map((it) => (
        <label key={it}>
          <input type="radio" name={name} checked={value === it} onChange={() => set(it)} />
          <span>
            <b>{t(`setup.${name}_${it}`)}</b>
            <span className="quiet"> {t(`setup.${name}_why_${it}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The person is signed in already; the year behind the company is still being made. */
function Progressing({ done }: { done: () => void }) {
  const { t } = useTranslation('platform');
  const { data } = useQuery({
    queryKey: ['setup'],
    queryFn: () => ask(api.GET('/api/v1/setup')),
    refetchInterval: LOOK_MS,
    gcTime: 0,
  });
  const permille = data?.filled_permille;
  const over = data !== undefined && (permille === null || permille === undefined);
  const percent = over ? 100 : Math.floor((permille ?? 0) / 10);
  return (
    <section className="set-up" aria-label={t('setup.filling')}>
      <h1>{t(over ? (data.failed ? 'setup.broke_off' : 'setup.filled') : 'setup.filling')}</h1>
      <p className="quiet">{t(data?.failed ? 'setup.broke_off_text' : 'setup.filling_text')}</p>
      <Progress percent={percent} aria-label={t('setup.filling')} />
      <Button type="primary" size="large" disabled={!over} onClick={done}>
        {t('setup.enter')}
      </Button>
    </section>
  );
}
