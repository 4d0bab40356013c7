// What happened to me and mine since I last looked.

import { BellOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, queries, type Schemas } from './api.ts';
import { useLook } from './live.ts';
import { useMyId } from './me.tsx';
import { At } from './promise.tsx';
import { Fold } from './Shell.tsx';

const LOOK_MS = 30_000;
const SHOWN_MAX = 30;

export function Notices() {
  const { t } = useTranslation('house');
  const me = useMyId();
  const { data = [] } = useQuery({
    queryKey: ['notices'],
    queryFn: () => ask(api.GET('/api/v1/me/notices')),
    refetchInterval: useLook(LOOK_MS),
    enabled: me !== '',
  });
  const unread = data.filter((it) => !it.read_at).length;
  const readAll = async () => {
    const until = data[0]?.at;
    if (!until) return;
    await ask(api.PUT('/api/v1/me/notices/read', { body: { until } }));
    queries.invalidateQueries({ queryKey: ['notices'] });
  };
  return (
    <Fold
      label={t('notices', { count: unread })}
      icon={
        <span className="bell">
          <BellOutlined aria-hidden />
          {unread > 0 && <span className="bell-count">{unread > 99 ? '99+' : unread}</span>}
        </span>
      }
    >
      <div className="notices">
        <p className="fold-head">
          <b>{t('notices_title')}</b>
          {unread > 0 && (
            <button type="button" className="text-button" onClick={readAll}>
              {t('notices_read')}
            </button>
          )}
        </p>
        {data.length === 0 && <p className="quiet notices-none">{t('notices_none')}</p>}
        <ul>
          {data.slice(0, SHOWN_MAX).map((it) => (
            <li key={it.id} className={it.read_at ? 'notice' : 'notice notice-new'}>
              <NoticeLine notice={it} />
            </li>
          ))}
        </ul>
      </div>
    </Fold>
  );
}

function NoticeLine({ notice }: { notice: Schemas['NoticeBody'] }) {
  const { t } = useTranslation('word');
  const text = t(`notice.${notice.code}`, notice.params as Record<string, string>);
  return (
    <>
      {notice.case ? <Link to={`/cases/${notice.case}`}>{text}</Link> : <span>{text}</span>}
      <span className="quiet">
        <At at={notice.at} />
      </span>
    </>
  );
}
