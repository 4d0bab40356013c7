// 工单: every case within reach, by filters that stay in the address.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useNextPage } from '../house/ahead.ts';
import { api, ask, queries } from '../house/api.ts';
import { useColumnChoice } from '../house/Columns.tsx';
import { now } from '../house/clock.ts';
import { type Column, DataTable, Pager } from '../house/DataTable.tsx';
import { count } from '../house/format.ts';
import { useLook } from '../house/live.ts';
import { useMay, useMyId, useStaff, useStaffName, useTeams } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Part } from '../house/Part.tsx';
import { At, PromiseLine } from '../house/promise.tsx';
import { Search } from '../house/Search.tsx';
import { Select } from '../house/Select.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { useAddress } from '../house/useAddress.ts';
import { Views } from '../house/Views.tsx';
import { useCalm } from '../house/views.ts';
import { type CaseRow, KINDS, KindTag, OPEN_STATES, PRIORITIES, STATES, StateTag } from './case.tsx';

const loadBulk = async () => (await import('./Bulk.tsx')).Bulk;

const NAMES = ['view', 'state', 'kind', 'priority', 'owner', 'team', 'search', 'sort'] as const;
const LOOK_MS = 30_000;

/** Ready-made questions, as tabs. `open` is the first. */
const VIEWS = ['open', 'mine', 'late', 'unowned', 'all'] as const;
type View = (typeof VIEWS)[number];

function useFilter() {
  const { values, after, set } = useAddress(NAMES);
  const me = useMyId();
  const view: View = VIEWS.find((it) => it === values.view) ?? 'open';
  const fixed = {
    open: { state: OPEN_STATES.join(',') },
    mine: { state: OPEN_STATES.join(','), owner: me },
    late: { state: OPEN_STATES.join(','), due_before: new Date(Math.floor(now() / LOOK_MS) * LOOK_MS).toISOString() },
    unowned: { state: OPEN_STATES.join(','), unowned: true },
    all: {},
  }[view];
  const chosen = Object.fromEntries(
    (['state', 'kind', 'priority', 'owner', 'team', 'search'] as const)
      .map((it) => [it, values[it]])
      .filter(([, it]) => it),
  );
  const sort = values.sort || (view === 'all' ? 'opened' : 'due');
  return { values, view, set, filter: { ...fixed, ...chosen }, sort, after };
}

type Filter = { state?: string; owner?: string; unowned?: boolean; due_before?: string };

/** What is late by now is the same question a minute later. */
const lasting = (filter: Filter) => ({ ...filter, due_before: filter.due_before !== undefined });

const page = (filter: Filter, sort: string, after: string) => ({
  queryKey: ['cases', 'list', lasting(filter), sort, after],
  queryFn: () => {
    const query = { ...filter, sort, ...(after ? { after } : {}) };
    return ask(api.GET('/api/v1/cases', { params: { query } }));
  },
});
const totalsOf = (filter: Filter) => ({
  queryKey: ['cases', 'totals', lasting(filter)],
  queryFn: () => ask(api.GET('/api/v1/cases/totals', { params: { query: filter } })),
});

export function ahead() {
  const open = { state: OPEN_STATES.join(',') };
  queries.prefetchQuery(page(open, 'due', ''));
  queries.prefetchQuery(totalsOf(open));
}

export function Cases() {
  const { t } = useTranslation('handle');
  const go = useNavigate();
  const { values, view, set, filter, sort, after } = useFilter();
  const cases = useQuery({
    ...page(filter, sort, after),
    placeholderData: (before) => before,
    refetchInterval: useLook(LOOK_MS),
  });
  useNextPage(cases.isPlaceholderData ? null : cases.data?.next, (next) => page(filter, sort, next));
  const totals = useQuery({ ...totalsOf(filter), placeholderData: (before) => before });
  const may = useMay()('cases:act');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const question = JSON.stringify([view, values, sort, after]);
  const list = useCalm(cases.data, !cases.isPlaceholderData, question, (it) => it.items.map((row) => row.id));
  const rows = list.shown?.items ?? [];
  const columns = useColumnChoice('cases', useColumns());
  const all = totals.data?.reduce((sum, it) => sum + it.count, 0);
  const overdue = totals.data?.reduce((sum, it) => sum + it.overdue, 0) ?? 0;
  const filtered = ['state', 'kind', 'priority', 'owner', 'team', 'search'].some((it) => values[it as 'state'] !== '');

  return (
    <Page title={t('cases.title')} actions={columns.button}>
      <Views page="cases" ready={VIEWS.map((it) => ({ name: t(`cases.view_${it}`), query: `view=${it}` }))} />
      <Filters values={values} set={set} filtered={filtered} />
      {cases.isPending && <Loading rows={12} />}
      {cases.error && !cases.data && <Failed error={cases.error} again={() => cases.refetch()} />}
      <div aria-live="polite">
        {list.moved && (
          <button type="button" className="news" onClick={list.show}>
            {list.fresh > 0 ? t('cases.news', { count: list.fresh }) : t('cases.moved')}
          </button>
        )}
      </div>
      {list.shown && (
        <>
          <DataTable
            label={t('cases.title')}
            rows={rows}
            columns={columns.shown}
            idOf={(it) => it.id}
            onOpen={(it) => go(`/cases/${it.id}`)}
            keys={{
              r: (it) => go(`/cases/${it.id}?do=reply`),
              e: (it) => go(`/cases/${it.id}?do=${nextVerb(it)}`),
            }}
            chosen={chosen}
            {...(may ? { choose: setChosen } : {})}
            empty={
              <Empty title={t('cases.none')}>{filtered ? t('cases.none_filtered') : t(`cases.none_${view}`)}</Empty>
            }
          />
          {chosen.size > 0 && (
            <Part
              load={loadBulk}
              given={{
                rows: rows.filter((it) => chosen.has(it.id)).map((it) => ({ ...it, case: it.id })),
                clear: () => setChosen(new Set()),
                done: list.expect,
              }}
            />
          )}
          <Pager
            rows={rows.length}
            next={list.shown.next}
            keys={t(may ? 'cases.keys_act' : 'cases.keys')}
            total={
              all !== undefined && (
                <>
                  {t('house:list.total', { count: count(all) })}
                  {overdue > 0 && <span className="promise-broken"> · {t('cases.overdue', { count: overdue })}</span>}
                </>
              )
            }
          />
        </>
      )}
    </Page>
  );
}

/** The next thing to do, as the case's page knows it. */
function nextVerb(row: CaseRow): string {
  if (row.state === 'solved') return 'close';
  return row.next?.promise === 'first_response' || row.next?.promise === 'next_response' ? 'reply' : 'work';
}

function useColumns(): Column<CaseRow>[] {
  const { t } = useTranslation('handle');
  const staffName = useStaffName();
  return [
    {
      key: 'customer',
      title: t('cases.customer'),
      fixed: true,
      phone: 'head',
      cell: (it) => <Link to={`/cases/${it.id}`}>{it.customer_name ?? t('house:unknown_customer')}</Link>,
    },
    {
      key: 'said',
      title: t('cases.said'),
      cut: true,
      cell: (it) => it.said || <span className="quiet">{t('said_nothing')}</span>,
    },
    { key: 'kind', title: t('cases.kind'), cell: (it) => <KindTag row={it} /> },
    { key: 'state', title: t('cases.state'), cell: (it) => <StateTag state={it.state} /> },
    { key: 'next', title: t('cases.next'), cell: (it) => it.next && <PromiseLine next={it.next} short /> },
    {
      key: 'owner',
      title: t('cases.owner'),
      cell: (it) => (it.owner ? staffName(it.owner) : <span className="quiet">{t('house:nobody')}</span>),
    },
    { key: 'opened', title: t('cases.opened'), phone: 'hide', roomy: true, cell: (it) => <At at={it.opened_at} /> },
    {
      key: 'number',
      title: t('cases.number'),
      phone: 'hide',
      cell: (it) => <span className="quiet">{it.number}</span>,
    },
  ];
}

type Values = Record<(typeof NAMES)[number], string>;

function Filters({
  values,
  set,
  filtered,
}: {
  values: Values;
  set: (changed: Partial<Values>) => void;
  filtered: boolean;
}) {
  const { t } = useTranslation('handle');
  const staff = useStaff();
  const teams = useTeams();
  const many = (name: 'state' | 'kind' | 'priority', codes: readonly string[], group: string) => (
    <Select
      mode="multiple"
      aria-label={t(`cases.${name}`)}
      placeholder={t(`cases.${name}`)}
      value={values[name] ? values[name].split(',') : []}
      onChange={(it: string[]) => set({ [name]: it.join(',') })}
      options={codes.map((it) => ({ value: it, label: t(`word:${group}.${it}`) }))}
      maxTagCount="responsive"
      allowClear
      className="filter"
    />
  );
  const one = (name: 'owner' | 'team', things: { id: string; name: string }[]) => (
    <Select
      aria-label={t(`cases.${name}`)}
      placeholder={t(`cases.${name}`)}
      value={values[name] || null}
      onChange={(it: string | null) => set({ [name]: it ?? '' })}
      options={things.map((it) => ({ value: it.id, label: it.name }))}
      showSearch={{ optionFilterProp: 'label' }}
      allowClear
      className="filter"
    />
  );
  return (
    <search className="filters">
      <Search
        label={t('cases.search')}
        value={values.search}
        search={(search) => set({ search })}
        className="filter filter-wide filter-long"
      />
      {many('state', STATES, 'case_state')}
      {many('kind', KINDS, 'kind')}
      {many('priority', PRIORITIES, 'priority')}
      {staff.length > 0 && one('owner', staff)}
      {teams.length > 0 && one('team', teams)}
      {filtered && (
        <button
          type="button"
          className="text-button"
          onClick={() => set({ state: '', kind: '', priority: '', owner: '', team: '', search: '' })}
        >
          {t('house:filter.clear')}
        </button>
      )}
    </search>
  );
}
