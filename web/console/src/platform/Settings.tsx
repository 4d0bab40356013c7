// 设置: one place for the team and its rules; each part for who may change it.

import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useLocation } from 'react-router';
import { type May, useMay } from '../house/me.tsx';
import './settings.css';

const GROUPS = ['people', 'promises', 'words', 'links', 'care'] as const;

const PARTS: { path: string; name: string; may: May; group: (typeof GROUPS)[number] }[] = [
  { path: 'staff', name: 'settings.staff', may: 'staff:write', group: 'people' },
  { path: 'company', name: 'settings.company', may: 'settings:write', group: 'people' },
  { path: 'roles', name: 'settings.roles', may: 'roles:write', group: 'people' },
  { path: 'skills', name: 'settings.skills', may: 'cases:assign', group: 'people' },
  { path: 'calendars', name: 'settings.calendars', may: 'policies:write', group: 'promises' },
  { path: 'policies', name: 'settings.policies', may: 'policies:write', group: 'promises' },
  { path: 'stages', name: 'settings.stages', may: 'settings:write', group: 'promises' },
  { path: 'trees', name: 'settings.trees', may: 'templates:write', group: 'words' },
  { path: 'topics', name: 'settings.topics', may: 'settings:write', group: 'words' },
  { path: 'learning', name: 'settings.learning', may: 'templates:write', group: 'words' },
  { path: 'scripts', name: 'settings.scripts', may: 'templates:write', group: 'words' },
  { path: 'templates', name: 'settings.templates', may: 'templates:write', group: 'words' },
  { path: 'imports', name: 'settings.imports', may: 'imports:write', group: 'links' },
  { path: 'keys', name: 'settings.keys', may: 'api_keys:write', group: 'links' },
  { path: 'sign-on', name: 'settings.sign_on', may: 'settings:write', group: 'links' },
  { path: 'webhooks', name: 'settings.webhooks', may: 'webhooks:write', group: 'links' },
  { path: 'jobs', name: 'settings.jobs', may: 'jobs:read', group: 'care' },
  { path: 'ledger', name: 'settings.ledger', may: 'audit:read', group: 'care' },
  { path: 'personal', name: 'settings.personal', may: 'settings:write', group: 'care' },
  { path: 'audit', name: 'settings.audit', may: 'audit:read', group: 'care' },
];

/** The parts this person may open. */
export function useParts() {
  const may = useMay();
  return PARTS.filter((it) => may(it.may));
}

export function Settings() {
  const { t } = useTranslation('platform');
  const { pathname } = useLocation();
  const tabs = useRef<HTMLElement>(null);
  // On a phone the strip is longer than the screen: where one is comes into sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another tab
  useEffect(() => {
    const here = tabs.current?.querySelector<HTMLElement>('.active');
    if (tabs.current && here) tabs.current.scrollLeft = here.offsetLeft - tabs.current.offsetLeft - 40;
  }, [pathname]);
  const parts = useParts();
  const groups = GROUPS.map((group) => ({ group, parts: parts.filter((it) => it.group === group) }));
  return (
    <>
      <nav ref={tabs} className="tabs tabs-all" aria-label={t('settings.title')}>
        {groups
          .filter((it) => it.parts.length > 0)
          .map(({ group, parts }) => (
            <div key={group} className="tab-group">
              <span className="tab-group-name">{t(`settings.group.${group}`)}</span>
              <div className="tab-group-parts">
                {parts.map((it) => (
                  <NavLink key={it.path} to={`/settings/${it.path}`} className="tab">
                    {t(it.name)}
                  </NavLink>
                ))}
              </div>
            </div>
          ))}
      </nav>
      <Outlet />
    </>
  );
}
