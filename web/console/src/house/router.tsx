// Addresses. The first page comes with the frame; every other is a chunk of its own, fetched when somebody goes there,
// and with the first of them come the component library and the words that only pages need.

import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { createBrowserRouter, Navigate, type RouteObject, useRouteError } from 'react-router';
import { MyWork } from '../handle/MyWork.tsx';
import { loadAllWords } from './i18n.ts';
import { loadNames } from './me.tsx';
import { Page } from './Page.tsx';
import { type Place, usePlaces } from './places.tsx';
import { Shell } from './Shell.tsx';
import { Failed, Loading } from './states.tsx';

function Home() {
  const [first] = usePlaces();
  return <Navigate to={first?.path ?? '/me'} replace />;
}

function Unknown() {
  const { t } = useTranslation('house');
  return (
    <Page title={t('unknown_page')}>
      <p className="quiet">{t('unknown_page_text')}</p>
    </Page>
  );
}

/** A page that broke, or one whose file is gone because a newer build is served. */
function Broken() {
  return <Failed error={useRouteError()} again={() => window.location.reload()} />;
}

/** A page in a chunk of its own, with the words and names that pages show. */
const page = (load: () => Promise<ComponentType>) => async () => {
  const [Component] = await Promise.all([load(), loadAllWords(), loadNames()]);
  return { Component };
};

const ROUTES: RouteObject[] = [
  {
    element: <Shell />,
    HydrateFallback: Loading,
    errorElement: <Broken />,
    children: [
      {
        errorElement: <Broken />,
        children: [
          { index: true, element: <Home /> },
          // A house that is set up already.
          { path: 'setup', element: <Home /> },
          { path: 'work', element: <MyWork /> },
          { path: '*', element: <Unknown /> },
          {
            lazy: async () => ({ Component: (await import('./library/Library.tsx')).Library }),
            children: [
              {
                path: 'evaluations',
                lazy: page(async () => (await import('../collect/Evaluations.tsx')).Evaluations),
              },
              { path: 'cases', lazy: page(async () => (await import('../handle/Cases.tsx')).Cases) },
              { path: 'cases/:id', lazy: page(async () => (await import('../handle/CasePage.tsx')).CasePage) },
              {
                path: 'overview',
                lazy: page(async () => (await import('../analysis/Overview.tsx')).Overview),
              },
              {
                path: 'ledgers/complaints',
                lazy: page(async () => (await import('../handle/Ledger.tsx')).Complaints),
              },
              {
                path: 'ledgers/suggestions',
                lazy: page(async () => (await import('../handle/Ledger.tsx')).Suggestions),
              },
              {
                path: 'customers',
                lazy: page(async () => (await import('../customer/Customers.tsx')).Customers),
              },
              {
                path: 'customers/:id',
                lazy: page(async () => (await import('../customer/CustomerPage.tsx')).CustomerPage),
              },
              { path: 'me', lazy: page(async () => (await import('../platform/Profile.tsx')).Profile) },
              {
                path: 'settings',
                lazy: page(async () => (await import('../platform/Settings.tsx')).Settings),
                children: [
                  {
                    index: true,
                    lazy: page(async () => (await import('../platform/SettingsHome.tsx')).SettingsHome),
                  },
                  {
                    path: 'company',
                    lazy: page(async () => (await import('../platform/Company.tsx')).CompanyPage),
                  },
                  { path: 'staff', lazy: page(async () => (await import('../platform/Staff.tsx')).Staff) },
                  { path: 'roles', lazy: page(async () => (await import('../platform/Roles.tsx')).Roles) },
                  { path: 'skills', lazy: page(async () => (await import('../triage/Skills.tsx')).Skills) },
                  { path: 'trees', lazy: page(async () => (await import('../triage/Trees.tsx')).Trees) },
                  { path: 'topics', lazy: page(async () => (await import('../triage/Topics.tsx')).Topics) },
                  {
                    path: 'learning',
                    lazy: page(async () => (await import('../triage/Learning.tsx')).Learning),
                  },
                  {
                    path: 'scripts',
                    lazy: page(async () => (await import('../handle/Scripts.tsx')).Scripts),
                  },
                  {
                    path: 'templates',
                    lazy: page(async () => (await import('../answer/Templates.tsx')).Templates),
                  },
                  {
                    path: 'calendars',
                    lazy: page(async () => (await import('../handle/Calendars.tsx')).Calendars),
                  },
                  {
                    path: 'policies',
                    lazy: page(async () => (await import('../handle/Policies.tsx')).Policies),
                  },
                  {
                    path: 'stages',
                    lazy: page(async () => (await import('../handle/Stages.tsx')).Stages),
                  },
                  {
                    path: 'imports',
                    lazy: page(async () => (await import('../platform/importing/Imports.tsx')).Imports),
                  },
                  {
                    path: 'imports/:id',
                    lazy: page(async () => (await import('../platform/importing/ImportPage.tsx')).ImportPage),
                  },
                  { path: 'sign-on', lazy: page(async () => (await import('../platform/SignOn.tsx')).SignOn) },
                  { path: 'keys', lazy: page(async () => (await import('../platform/Keys.tsx')).Keys) },
                  {
                    path: 'webhooks',
                    lazy: page(async () => (await import('../platform/Webhooks.tsx')).Webhooks),
                  },
                  { path: 'jobs', lazy: page(async () => (await import('../platform/Running.tsx')).Jobs) },
                  { path: 'ledger', lazy: page(async () => (await import('../trust/Ledger.tsx')).Ledger) },
                  {
                    path: 'personal',
                    lazy: page(async () => (await import('../trust/Erasures.tsx')).Erasures),
                  },
                  { path: 'audit', lazy: page(async () => (await import('../platform/Running.tsx')).Audit) },
                ],
              },
              { path: 'forms', lazy: page(async () => (await import('../collect/Forms.tsx')).Forms) },
              {
                path: 'forms/:id',
                lazy: page(async () => (await import('../collect/FormPage.tsx')).FormPage),
              },
            ],
          },
        ],
      },
    ],
  },
];

const BASE = '/console';

/** The pages, from the address that is there; from the bare one, the first of `places`. */
export const openPages = (places: Place[]) => {
  const { pathname, search, hash } = window.location;
  // The way there would be a page that is drawn for nothing.
  if (/^\/console\/?$/.test(pathname)) {
    window.history.replaceState(null, '', `${BASE}${places[0]?.path ?? '/me'}${search}${hash}`);
  }
  return createBrowserRouter(ROUTES, { basename: BASE });
};
