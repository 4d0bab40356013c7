// 任务 and 审计: what the house does by itself, and who did what.

import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, queries, type Row, type Schemas } from '../house/api.ts';
import { type Column, DataTable, Pager } from '../house/DataTable.tsx';
import { moment } from '../house/format.ts';
import { useMay, useStaffName } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { At } from '../house/promise.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { useAddress } from '../house/useAddress.ts';
import { AuditDetail } from './AuditDetail.tsx';
import { readable } from './auditDetail.ts';
import { Health } from './Health.tsx';
import { useNames } from './names.ts';

const JOBS = ['state'] as const;
const STATES: Schemas['JobState'][] = ['dead', 'queued', 'done'];
const LOOK_MS = 15_000;

type Job = Row<Schemas['Page_JobBody']>;
type Entry = Row<Schemas['Page_AuditEntry']>;

export function Jobs() {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const may = useMay();
  const { values, after, set } = useAddress(JOBS);
  const state = STATES.find((it) => it === values.state) ?? 'dead';
  const jobs = useQuery({
    queryKey: ['jobs', state, after],
    queryFn: () => ask(api.GET('/api/v1/jobs', { params: { query: { state, ...(after ? { after } : {}) } } })),
    refetchInterval: LOOK_MS,
    placeholderData: (before) => before,
  });
  const again = async (it: Job) => {
    try {
      await ask(api.POST('/api/v1/jobs/{id}/retry', { params: { path: { id: it.id } } }));
      tell(t('job.again'));
      queries.invalidateQueries({ queryKey: ['jobs'] });
    } catch (error) {
      complain(said(error));
    }
  };
  const columns: Column<Job>[] = [
    {
      key: 'kind',
      title: t('job.kind'),
      phone: 'head',
      cell: (it) => t(`job.kind.${it.kind}`, { defaultValue: readable(it.kind) }),
    },
    { key: 'error', title: t('job.error'), cut: true, cell: (it) => it.last_error },
    { key: 'attempts', title: t('job.attempts'), align: 'right', cell: (it) => it.attempts },
    { key: 'run', title: t('job.run'), cell: (it) => <At at={it.run} /> },
    {
      key: 'retry',
      title: t('job.what'),
      cell: (it) =>
        it.state === 'dead' &&
        may('jobs:retry') && (
          <Button size="small" onClick={() => again(it)}>
            {t('job.retry')}
          </Button>
        ),
    },
  ];
  return (
    <Page
      title={t('settings.jobs')}
      actions={
        <Select
          aria-label={t('job.what')}
          value={state}
          onChange={(to: string) => set({ state: to })}
          options={STATES.map((it) => ({ value: it, label: t(`job.${it}`) }))}
        />
      }
    >
      <Health />
      {jobs.isPending && <Loading />}
      {jobs.error && !jobs.data && <Failed error={jobs.error} again={() => jobs.refetch()} />}
      {jobs.data && (
        <>
          <DataTable
            label={t('settings.jobs')}
            rows={jobs.data.items}
            columns={columns}
            idOf={(it) => it.id}
            empty={<Empty title={t(`job.none_${state}`)} />}
          />
          <Pager rows={jobs.data.items.length} next={jobs.data.next} />
        </>
      )}
    </Page>
  );
}

const NONE = [] as const;

/** Things with a page of their own. */
const PAGES: Record<string, string> = { customer: '/customers', case: '/cases', form: '/forms' };

function Thing({ it, own }: { it: Entry; own: string }) {
  const { t } = useTranslation('platform');
  const name = t(`audit.thing.${it.thing}`, { defaultValue: readable(it.thing) });
  const page = PAGES[it.thing];
  // Signing in says it: there is nothing else it is done to.
  if (it.thing === 'session' && it.action.startsWith('sign_')) return null;
  const said = own ? t('audit.named', { thing: name, name: own }) : name;
  return page && it.thing_id ? <Link to={`${page}/${it.thing_id}`}>{said}</Link> : said;
}

export function Audit() {
  const { t } = useTranslation('platform');
  const staffName = useStaffName();
  const nameOf = useNames();
  const { after } = useAddress(NONE);
  const audit = useQuery({
    queryKey: ['audit', after],
    queryFn: () => ask(api.GET('/api/v1/audit', { params: { query: after ? { after } : {} } })),
    placeholderData: (before) => before,
  });
  const who = (it: Entry) => (it.by.kind === 'staff' ? staffName(it.by.id) : t(`by.${it.by.kind}`));
  const columns: Column<Entry>[] = [
    { key: 'at', title: t('audit.at'), cell: (it) => moment(it.at) },
    { key: 'by', title: t('audit.by'), phone: 'head', cell: who },
    {
      key: 'action',
      title: t('audit.action'),
      cell: (it) => t(`audit.action.${it.action}`, { defaultValue: readable(it.action) }),
    },
    { key: 'thing', title: t('audit.thing'), cell: (it) => <Thing it={it} own={nameOf(it)} /> },
    {
      key: 'detail',
      title: t('audit.detail'),
      cell: (it) => <AuditDetail thing={it.thing} detail={it.detail} />,
    },
  ];
  return (
    <Page title={t('settings.audit')}>
      {audit.isPending && <Loading />}
      {audit.error && !audit.data && <Failed error={audit.error} again={() => audit.refetch()} />}
      {audit.data && (
        <>
          <DataTable
            label={t('settings.audit')}
            rows={audit.data.items}
            columns={columns}
            idOf={(it) => it.id}
            empty={<Empty title={t('audit.none')} />}
          />
          <Pager rows={audit.data.items.length} next={audit.data.next} />
        </>
      )}
    </Page>
  );
}
