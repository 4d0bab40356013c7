// 设置: one place for the team and its rules; each part for who may change it.

import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useLocation } from 'react-router';
import { type May, useMay } from '../house/me.tsx';
import './settings.css';

const PARTS: { path: string; name: string; may: May }[] = [
  { path: 'staff', name: 'settings.staff', may: 'staff:write' },
  { path: 'company', name: 'settings.company', may: 'settings:write' },
  { path: 'roles', name: 'settings.roles', may: 'roles:write' },
  { path: 'skills', name: 'settings.skills', may: 'cases:assign' },
  { path: 'calendars', name: 'settings.calendars', may: 'policies:write' },
  { path: 'policies', name: 'settings.policies', may: 'policies:write' },
  { path: 'stages', name: 'settings.stages', may: 'settings:write' },
  { path: 'trees', name: 'settings.trees', may: 'templates:write' },
  { path: 'topics', name: 'settings.topics', may: 'settings:write' },
  { path: 'learning', name: 'settings.learning', may: 'templates:write' },
  { path: 'scripts', name: 'settings.scripts', may: 'templates:write' },
  { path: 'templates', name: 'settings.templates', may: 'templates:write' },
  { path: 'imports', name: 'settings.imports', may: 'imports:write' },
  { path: 'keys', name: 'settings.keys', may: 'api_keys:write' },
  { path: 'sign-on', name: 'settings.sign_on', may: 'settings:write' },
  { path: 'webhooks', name: 'settings.webhooks', may: 'webhooks:write' },
  { path: 'jobs', name: 'settings.jobs', may: 'jobs:read' },
  { path: 'ledger', name: 'settings.ledger', may: 'audit:read' },
  { path: 'personal', name: 'settings.personal', may: 'settings:write' },
  { path: 'audit', name: 'settings.audit', may: 'audit:read' },
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
  return (
    <>
      <nav ref={tabs} className="tabs tabs-all" aria-label={t('settings.title')}>
        {useParts().map((it) => (
          <NavLink key={it.path} to={`/settings/${it.path}`} className="tab">
            {t(it.name)}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
