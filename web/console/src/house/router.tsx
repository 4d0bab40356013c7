// Addresses. Every page is a chunk of its own, fetched when somebody goes there.

import { useTranslation } from 'react-i18next';
import { createBrowserRouter, Navigate, useRouteError } from 'react-router';
import { Page } from './Page.tsx';
import { usePlaces } from './places.tsx';
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

export const router = createBrowserRouter(
  [
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
            { path: 'work', lazy: async () => ({ Component: (await import('../handle/MyWork.tsx')).MyWork }) },
            {
              path: 'evaluations',
              lazy: async () => ({ Component: (await import('../collect/Evaluations.tsx')).Evaluations }),
            },
            { path: 'cases', lazy: async () => ({ Component: (await import('../handle/Cases.tsx')).Cases }) },
            { path: 'cases/:id', lazy: async () => ({ Component: (await import('../handle/CasePage.tsx')).CasePage }) },
            {
              path: 'overview',
              lazy: async () => ({ Component: (await import('../analysis/Overview.tsx')).Overview }),
            },
            {
              path: 'ledgers/complaints',
              lazy: async () => ({ Component: (await import('../handle/Ledger.tsx')).Complaints }),
            },
            {
              path: 'ledgers/suggestions',
              lazy: async () => ({ Component: (await import('../handle/Ledger.tsx')).Suggestions }),
            },
            {
              path: 'customers',
              lazy: async () => ({ Component: (await import('../customer/Customers.tsx')).Customers }),
            },
            {
              path: 'customers/:id',
              lazy: async () => ({ Component: (await import('../customer/CustomerPage.tsx')).CustomerPage }),
            },
            { path: 'me', lazy: async () => ({ Component: (await import('../platform/Profile.tsx')).Profile }) },
            {
              path: 'settings',
              lazy: async () => ({ Component: (await import('../platform/Settings.tsx')).Settings }),
              children: [
                {
                  index: true,
                  lazy: async () => ({ Component: (await import('../platform/SettingsHome.tsx')).SettingsHome }),
                },
                {
                  path: 'company',
                  lazy: async () => ({ Component: (await import('../platform/Company.tsx')).CompanyPage }),
                },
                { path: 'staff', lazy: async () => ({ Component: (await import('../platform/Staff.tsx')).Staff }) },
                { path: 'roles', lazy: async () => ({ Component: (await import('../platform/Roles.tsx')).Roles }) },
                { path: 'skills', lazy: async () => ({ Component: (await import('../triage/Skills.tsx')).Skills }) },
                { path: 'trees', lazy: async () => ({ Component: (await import('../triage/Trees.tsx')).Trees }) },
                { path: 'topics', lazy: async () => ({ Component: (await import('../triage/Topics.tsx')).Topics }) },
                {
                  path: 'learning',
                  lazy: async () => ({ Component: (await import('../triage/Learning.tsx')).Learning }),
                },
                {
                  path: 'scripts',
                  lazy: async () => ({ Component: (await import('../handle/Scripts.tsx')).Scripts }),
                },
                {
                  path: 'templates',
                  lazy: async () => ({ Component: (await import('../answer/Templates.tsx')).Templates }),
                },
                {
                  path: 'calendars',
                  lazy: async () => ({ Component: (await import('../handle/Calendars.tsx')).Calendars }),
                },
                {
                  path: 'policies',
                  lazy: async () => ({ Component: (await import('../handle/Policies.tsx')).Policies }),
                },
                {
                  path: 'stages',
                  lazy: async () => ({ Component: (await import('../handle/Stages.tsx')).Stages }),
                },
                {
                  path: 'imports',
                  lazy: async () => ({ Component: (await import('../platform/importing/Imports.tsx')).Imports }),
                },
                {
                  path: 'imports/:id',
                  lazy: async () => ({ Component: (await import('../platform/importing/ImportPage.tsx')).ImportPage }),
                },
                { path: 'sign-on', lazy: async () => ({ Component: (await import('../platform/SignOn.tsx')).SignOn }) },
                { path: 'keys', lazy: async () => ({ Component: (await import('../platform/Keys.tsx')).Keys }) },
                {
                  path: 'webhooks',
                  lazy: async () => ({ Component: (await import('../platform/Webhooks.tsx')).Webhooks }),
                },
                { path: 'jobs', lazy: async () => ({ Component: (await import('../platform/Running.tsx')).Jobs }) },
                { path: 'ledger', lazy: async () => ({ Component: (await import('../trust/Ledger.tsx')).Ledger }) },
                {
                  path: 'personal',
                  lazy: async () => ({ Component: (await import('../trust/Erasures.tsx')).Erasures }),
                },
                { path: 'audit', lazy: async () => ({ Component: (await import('../platform/Running.tsx')).Audit }) },
              ],
            },
            { path: 'forms', lazy: async () => ({ Component: (await import('../collect/Forms.tsx')).Forms }) },
            {
              path: 'forms/:id',
              lazy: async () => ({ Component: (await import('../collect/FormPage.tsx')).FormPage }),
            },
            { path: '*', element: <Unknown /> },
          ],
        },
      ],
    },
  ],
  { basename: '/console' },
);
