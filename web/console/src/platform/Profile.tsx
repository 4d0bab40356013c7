// Oneself: password, and where one is signed in.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, queries, Trouble } from '../house/api.ts';
import { useMe, useTeamName } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { At } from '../house/promise.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { SecondFactor } from './SecondFactor.tsx';
import './settings.css';

export function Profile() {
  const { t } = useTranslation('platform');
  const { staff } = useMe();
  const teamName = useTeamName();
  return (
    <Page title={t('profile.title')}>
      <div className="profile">
        <p>
          <b>{staff?.name}</b>
          <span className="quiet">
            {' '}
            {[staff?.number, teamName(staff?.team), staff?.email].filter(Boolean).join(' · ')}
          </span>
        </p>
        <Password />
        <SecondFactor />
        <Sessions />
      </div>
    </Page>
  );
}

function Password() {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const type = shown ? 'text' : 'password';
  const put = useMutation({
    mutationFn: () => ask(api.PUT('/api/v1/me/password', { body: { old_password: old, password } })),
    onSuccess: () => {
      setOld('');
      setPassword('');
      tell(t('profile.changed'));
      queries.invalidateQueries({ queryKey: ['sessions'] });
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
      <Field label={t('profile.old')} fault={fault('old_password')}>
        {(own) => (
          <Input
            {...own}
            type={type}
            autoComplete="current-password"
            value={old}
            onChange={(event) => setOld(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('profile.new')} fault={fault('password')}>
        {(own) => (
          <Input
            {...own}
            type={type}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
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

function Sessions() {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => ask(api.GET('/api/v1/me/sessions')) });
  const end = async (id: string) => {
    try {
      await ask(api.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } } }));
      tell(t('profile.ended'));
      queries.invalidateQueries({ queryKey: ['sessions'] });
    } catch (error) {
      complain(said(error));
    }
  };
  if (sessions.isPending) return <Loading rows={3} />;
  if (sessions.error) return <Failed error={sessions.error} again={() => sessions.refetch()} />;
  return (
    <section className="sessions" aria-label={t('profile.sessions')}>
      <h2>{t('profile.sessions')}</h2>
      <ul className="card">
        {sessions.data.map((it) => (
          <li key={it.id} className="session">
            <div>
              <p>{browser(it.agent, t)}</p>
              <p className="quiet">
                {t('profile.seen')} <At at={it.last_seen} />
              </p>
            </div>
            {it.current ? (
              <span className="quiet">{t('profile.here')}</span>
            ) : (
              <Button onClick={() => end(it.id)}>{t('profile.end')}</Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What people call their browser, out of what it calls itself. */
function browser(agent: string, t: TFunction<'platform'>): string {
  const names = ['MicroMessenger', 'wxwork', 'DingTalk', 'Feishu', 'Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'];
  const systems = ['iPhone', 'iPad', 'Android', 'Windows', 'Mac OS X', 'Linux'];
  const said: Record<string, string> = {
    MicroMessenger: t('word:channel.wechat'),
    wxwork: t('word:channel.wecom'),
    DingTalk: t('word:channel.dingtalk'),
    Feishu: t('word:channel.feishu'),
    Edg: 'Edge',
    OPR: 'Opera',
    'Mac OS X': 'macOS',
  };
  const found = [names, systems].map((all) => all.find((it) => agent.includes(it))).filter((it) => it !== undefined);
  return found.map((it) => said[it] ?? it).join(' · ') || agent;
}
