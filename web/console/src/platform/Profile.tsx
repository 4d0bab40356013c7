// Oneself: password, and where one is signed in.

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { api, ask, queries } from '../house/api.ts';
import { useMe, useTeamName } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { At } from '../house/promise.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { PasswordForm } from './PasswordForm.tsx';
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
        <PasswordForm />
        <SecondFactor />
        <Sessions />
      </div>
    </Page>
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
