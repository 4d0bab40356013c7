// 评价: everything customers said, all channels, newest first. A row opens beside the list.

import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { Score } from '../handle/case.tsx';
import { useNextPage } from '../house/ahead.ts';
import { api, ask, queries, type Row, type Schemas } from '../house/api.ts';
import { useColumnChoice } from '../house/Columns.tsx';
import { now } from '../house/clock.ts';
import { type Column, DataTable, Pager } from '../house/DataTable.tsx';
import { addDays, count, dayOf, startOf } from '../house/format.ts';
import { useLook } from '../house/live.ts';
import { useMay, useStaff, useStaffName, useTeams } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Part } from '../house/Part.tsx';
import { At } from '../house/promise.tsx';
import { Search } from '../house/Search.tsx';
import { Select } from '../house/Select.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { useAddress } from '../house/useAddress.ts';
import { Views } from '../house/Views.tsx';
import { EvaluationPanel } from './EvaluationPanel.tsx';

const loadBulk = async () => (await import('../handle/Bulk.tsx')).Bulk;

type Evaluation = Row<Schemas['Page_EvaluationRow']>;

const NAMES = ['score', 'days', 'round', 'channel', 'staff', 'team', 'commented', 'search', 'open'] as const;
type Name = (typeof NAMES)[number];
const NARROWING: Name[] = ['score', 'days', 'round', 'channel', 'staff', 'team', 'commented', 'search'];

const ROUNDS: Schemas['Round'][] = [
  'first',
  'after_rectification',
  'cooling_off',
  'relationship',
  'spot_check',
  'unsolicited',
];
const CHANNELS: Schemas['Channel'][] = [
  'web_link',
  'qr',
  'email',
  'sms',
  'wechat',
  'wecom',
  'dingtalk',
  'feishu',
  'phone',
  'in_person',
  'kiosk',
  'widget',
  'api',
  'import',
];
const SCORES = { low: [1, 2], middle: [3, 3], high: [4, 5] } as const;
const DAYS = ['1', '7', '30', '90'] as const;
const LOOK_MS = 10_000;
/** Ready-made questions, as tabs. */
const VIEWS = {
  all: '',
  today: 'days=1',
  low: 'score=low&days=7',
  words: 'commented=yes&days=7',
  again: 'round=after_rectification',
};

/** The filter as the server knows it. */
function useFilter() {
  const { values, after, set } = useAddress(NAMES);
  const { score, days, round, channel, staff, team, commented, search } = values;
  const filter = useMemo(() => {
    const bounds = SCORES[score as keyof typeof SCORES];
    return {
      ...(bounds ? { csat_min: bounds[0], csat_max: bounds[1] } : {}),
      ...(days ? { from: startOf(addDays(dayOf(now()), 1 - Number(days))) } : {}),
      ...(round ? { round: round as Schemas['Round'] } : {}),
      ...(channel ? { channel: channel as Schemas['Channel'] } : {}),
      ...(staff ? { staff } : {}),
      ...(team ? { team } : {}),
      ...(commented ? { commented: commented === 'yes' } : {}),
      ...(search ? { search } : {}),
    };
  }, [score, days, round, channel, staff, team, commented, search]);
  return { values, after, set, filter };
}

type Filter = ReturnType<typeof useFilter>['filter'];

const list = (filter: Filter, after: string) => ({
  queryKey: ['evaluations', 'list', filter, after],
  queryFn: () => ask(api.GET('/api/v1/evaluations', { params: { query: { ...filter, ...(after ? { after } : {}) } } })),
});
const countOf = (filter: Filter) => ({
  queryKey: ['evaluations', 'count', filter],
  queryFn: () => ask(api.GET('/api/v1/evaluation-count', { params: { query: filter } })),
});

export function ahead() {
  queries.prefetchQuery(list({}, ''));
  queries.prefetchQuery(countOf({}));
}

export function Evaluations() {
  const { t } = useTranslation('collect');
  const { values, after, set, filter } = useFilter();
  const found = useQuery({ ...list(filter, after), placeholderData: (before) => before });
  useNextPage(found.isPlaceholderData ? null : found.data?.next, (next) => list(filter, next));
  const total = useQuery({ ...countOf(filter), placeholderData: (before) => before });
  const all = useColumns();
  const columns = useColumnChoice('evaluations', all);
  const go = useNavigate();
  const filtered = NARROWING.some((it) => values[it] !== '');
  const may = useMay()('cases:act');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const opened = found.data?.items.find((it) => it.id === values.open);
  return (
    <Page title={t('evaluations.title')} actions={columns.button}>
      <Views
        page="evaluations"
        ready={Object.entries(VIEWS).map(([name, query]) => ({ name: t(`evaluations.view_${name}`), query }))}
      />
      <Filters values={values} set={set} filtered={filtered} />
      <News filter={filter} since={found.dataUpdatedAt} first={after === ''} />
      {found.isPending && <Loading rows={12} />}
      {found.error && !found.data && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && (
        <div className={values.open ? 'beside beside-open' : 'beside'}>
          <div>
            <DataTable
              label={t('evaluations.title')}
              rows={found.data.items}
              columns={values.open ? all.filter((it) => BESIDE.includes(it.key)) : columns.shown}
              idOf={(it) => it.id}
              open={values.open}
              onOpen={(it) => set({ open: it.id })}
              keys={{ e: (it) => it.case && go(`/cases/${it.case}`) }}
              chosen={chosen}
              {...(may && !values.open ? { choose: setChosen } : {})}
              empty={
                <Empty title={t('evaluations.none')}>
                  {t(filtered ? 'evaluations.none_filtered' : 'evaluations.none_text')}
                </Empty>
              }
            />
            {chosen.size > 0 && !values.open && (
              <Part
                load={loadBulk}
                given={{
                  rows: found.data.items.filter((it) => chosen.has(it.id)).map(bulkRow),
                  ofEvaluations: true,
                  clear: () => setChosen(new Set()),
                  done: () => {},
                }}
              />
            )}
            <Pager
              rows={found.data.items.length}
              next={found.data.next}
              keys={t(may ? 'evaluations.keys_act' : 'evaluations.keys')}
              total={total.data && t('house:list.total', { count: count(total.data.count) })}
            />
          </div>
          {values.open && (
            <EvaluationPanel key={values.open} id={values.open} row={opened} close={() => set({ open: '' })} />
          )}
        </div>
      )}
    </Page>
  );
}

const bulkRow = (it: Evaluation) => ({ id: it.id, case: it.case ?? null, version: null, number: it.receipt });

/** What stays in the list while a row is open beside it. */
const BESIDE = ['score', 'said', 'at'];

function useColumns(): Column<Evaluation>[] {
  const { t } = useTranslation('collect');
  const staffName = useStaffName();
  return [
    { key: 'score', title: t('evaluations.score'), fixed: true, cell: (it) => <Score score={it.scores.csat} /> },
    {
      key: 'customer',
      title: t('evaluations.customer'),
      cell: (it) =>
        it.customer_name ?? <span className="quiet">{t(it.anonymous ? 'anonymous' : 'house:unknown_customer')}</span>,
    },
    {
      key: 'said',
      title: t('evaluations.said'),
      fixed: true,
      cut: true,
      cell: (it) => it.comment || <span className="quiet">{t('said_nothing')}</span>,
    },
    { key: 'round', title: t('evaluations.round'), cell: (it) => t(`word:round.${it.round}`) },
    { key: 'channel', title: t('evaluations.channel'), phone: 'hide', cell: (it) => t(`word:channel.${it.channel}`) },
    { key: 'staff', title: t('evaluations.staff'), cell: (it) => staffName(it.staff) },
    {
      key: 'case',
      title: t('evaluations.case'),
      cell: (it) => it.case && <Link to={`/cases/${it.case}`}>{t('evaluations.open_case')}</Link>,
    },
    { key: 'at', title: t('evaluations.at'), cell: (it) => <At at={it.submitted_at} /> },
  ];
}

/** What came in since is announced; the list does not move under the reader's hand. */
function News({ filter, since, first }: { filter: Record<string, unknown>; since: number; first: boolean }) {
  const { t } = useTranslation('collect');
  const [from, setFrom] = useState(() => new Date(now()).toISOString());
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new begins again when the list was read again
  useEffect(() => setFrom(new Date(now()).toISOString()), [since]);
  const { data } = useQuery({
    queryKey: ['evaluation-news', filter, from],
    queryFn: () => ask(api.GET('/api/v1/evaluation-count', { params: { query: { ...filter, from } } })),
    refetchInterval: useLook(LOOK_MS),
  });
  const fresh = data?.count ?? 0;
  return (
    <div aria-live="polite">
      {fresh > 0 && first && (
        <button type="button" className="news" onClick={() => queries.invalidateQueries({ queryKey: ['evaluations'] })}>
          {t('evaluations.news', { count: fresh })}
        </button>
      )}
    </div>
  );
}

type Values = Record<Name, string>;

function Filters({
  values,
  set,
  filtered,
}: {
  values: Values;
  set: (changed: Partial<Values>) => void;
  filtered: boolean;
}) {
  const { t } = useTranslation('collect');
  const staff = useStaff();
  const teams = useTeams();
  const pick = (name: Name, options: { value: string; label: string }[]) => (
    <Select
      aria-label={t(`evaluations.${name}`)}
      placeholder={t(`evaluations.${name}`)}
      value={values[name] || null}
      onChange={(it: string | undefined) => set({ [name]: it ?? '' })}
      options={options}
      showSearch={{ optionFilterProp: 'label' }}
      allowClear
      className="filter"
    />
  );
  const things = (all: { id: string; name: string }[]) => all.map((it) => ({ value: it.id, label: it.name }));
  return (
    <search className="filters">
      <Search
        label={t('evaluations.search')}
        value={values.search}
        search={(search) => set({ search })}
        className="filter filter-wide"
      />
      {pick(
        'score',
        Object.keys(SCORES).map((it) => ({ value: it, label: t(`evaluations.score_${it}`) })),
      )}
      {pick(
        'days',
        DAYS.map((it) => ({ value: it, label: t(`evaluations.days_${it}`) })),
      )}
      {pick(
        'round',
        ROUNDS.map((it) => ({ value: it, label: t(`word:round.${it}`) })),
      )}
      {pick(
        'channel',
        CHANNELS.map((it) => ({ value: it, label: t(`word:channel.${it}`) })),
      )}
      {teams.length > 0 && pick('team', things(teams))}
      {staff.length > 0 && pick('staff', things(staff))}
      {pick(
        'commented',
        ['yes', 'no'].map((it) => ({ value: it, label: t(`evaluations.commented_${it}`) })),
      )}
      {filtered && (
        <button
          type="button"
          className="text-button"
          onClick={() => set(Object.fromEntries(NARROWING.map((it) => [it, ''])) as Partial<Values>)}
        >
          {t('house:filter.clear')}
        </button>
      )}
    </search>
  );
}
