// 我的工作: not a dashboard but a list of promises, by the time that is left.

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, ask } from '../house/api.ts';
import { Button } from '../house/Button.tsx';
import { now } from '../house/clock.ts';
import { useRowKeys } from '../house/DataTable.tsx';
import { addDays, dayOf, startOf } from '../house/format.ts';
import { useLook } from '../house/live.ts';
import { useMay, useMyId } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { PromiseLine, standing, useNow } from '../house/promise.tsx';
import { Empty, Failed, Loading, useRested } from '../house/states.tsx';
import { type CaseRow, KindTag, OPEN_STATES, Score, useAct } from './case.tsx';
import { FirstDay } from './FirstDay.tsx';
import { Kept } from './Kept.tsx';
import { MyFigures } from './MyFigures.tsx';

const LOOK_MS = 20_000;
const MINE_MAX = 200;
const QUEUE_MAX = 50;
const PRAISE_MAX = 3;
const WEEK_DAYS = 7;
/** More than a screen shows; what is below comes when these can be used. */
const AT_ONCE_MAX = 12;

type Group = 'risk' | 'today' | 'later' | 'free' | 'waiting' | 'solved' | 'queue';
const GROUPS: Group[] = ['risk', 'today', 'later', 'free', 'queue', 'waiting', 'solved'];

/** Where a case of mine stands in the day. */
function groupOf(row: CaseRow, at: number): Group {
  if (row.state === 'solved') return 'solved';
  // A pause has no deadline to count down to; praise never had one.
  if (!row.next) return row.state === 'waiting_for_customer' ? 'waiting' : 'free';
  const due = Date.parse(row.next.due_at);
  if (standing(Date.parse(row.next.started_at), due, at) !== 'fine') return 'risk';
  return dayOf(due) === dayOf(at) ? 'today' : 'later';
}

export function MyWork() {
  const { t } = useTranslation('handle');
  const owner = useMyId();
  const at = useNow();
  const mine = useQuery({
    queryKey: ['cases', 'mine', owner],
    queryFn: () => {
      const state = [...OPEN_STATES, 'solved'].join(',');
      return ask(api.GET('/api/v1/cases', { params: { query: { owner, state, sort: 'due', limit: MINE_MAX } } }));
    },
    refetchInterval: useLook(LOOK_MS),
  });
  const queue = useQuery({
    queryKey: ['cases', 'queue'],
    queryFn: () => {
      const query = { unowned: true, state: 'new', sort: 'due', limit: QUEUE_MAX };
      return ask(api.GET('/api/v1/cases', { params: { query } }));
    },
    refetchInterval: useLook(LOOK_MS),
  });
  const groups = useMemo(() => {
    const found = new Map<Group, CaseRow[]>(GROUPS.map((it) => [it, []]));
    for (const row of mine.data?.items ?? []) found.get(groupOf(row, at))?.push(row);
    found.set('queue', queue.data?.items ?? []);
    return GROUPS.map((it) => ({ group: it, rows: found.get(it) ?? [] })).filter((it) => it.rows.length > 0);
  }, [mine.data, queue.data, at]);
  const rows = groups.flatMap((it) => it.rows);
  const go = useNavigate();
  const current = useRowKeys(rows, (row) => go(`/cases/${row.id}`), { r: (row) => go(`/cases/${row.id}?do=reply`) });
  const currentId = rows[current]?.id;
  // First what is to be done next; then all that is to be done, and what was.
  const isRested = useRested(!mine.isPending);

  return (
    <Page title={t('work.title')}>
      <div className="work">
        <div>
          {mine.isPending && <Loading rows={10} />}
          {mine.error && !mine.data && <Failed error={mine.error} again={() => mine.refetch()} />}
          {mine.data && rows.length === 0 && <Empty title={t('work.none')}>{t('work.none_text')}</Empty>}
          {groups.map(({ group, rows }) => (
            <section key={group} className="work-group" aria-label={t(`work.${group}`)}>
              <h2 className={`work-${group}`}>
                {t(`work.${group}`)} <span className="quiet">{rows.length}</span>
              </h2>
              <ul className="card">
                {rows.slice(0, isRested ? rows.length : AT_ONCE_MAX).map((row) => (
                  <Task key={row.id} row={row} group={group} current={row.id === currentId} />
                ))}
              </ul>
            </section>
          ))}
          {isRested && <Kept staff={owner} />}
        </div>
        <aside className="work-side" aria-label={t('work.week')}>
          {isRested && (
            <>
              <MyFigures staff={owner} />
              <Praise staff={owner} />
              <FirstDay />
            </>
          )}
        </aside>
      </div>
    </Page>
  );
}

const intoView = (it: HTMLLIElement | null) => it?.scrollIntoView({ block: 'nearest' });

/** Customer, one line of their words, the clock, one action. */
function Task({ row, group, current }: { row: CaseRow; group: Group; current: boolean }) {
  const { t } = useTranslation('handle');
  return (
    <li className={current ? 'task row-at' : 'task'} ref={current ? intoView : null}>
      <div className="task-text">
        <p className="task-who">
          <Link to={`/cases/${row.id}`}>{row.customer_name ?? t('house:unknown_customer')}</Link>
          <KindTag row={row} />
          <span className="quiet">{row.number}</span>
        </p>
        <p className="task-said">{row.said || t('said_nothing')}</p>
        {row.next && <PromiseLine next={row.next} />}
      </div>
      <OneAction row={row} group={group} />
    </li>
  );
}

function OneAction({ row, group }: { row: CaseRow; group: Group }) {
  const { t } = useTranslation('handle');
  const act = useAct(row.id, row.version);
  const go = useNavigate();
  const urgent = group === 'risk';
  if (row.state === 'new') {
    return (
      <Button
        look={urgent ? 'primary' : 'plain'}
        busy={act.isPending}
        onClick={() => act.mutate({ verb: 'accept', done: t('done.accept', { number: row.number }) })}
      >
        {t('verb.accept')}
      </Button>
    );
  }
  const answers = row.next?.promise === 'first_response' || row.next?.promise === 'next_response';
  const verb = row.state === 'solved' ? 'close' : answers ? 'reply' : 'work';
  return (
    <Button look={urgent ? 'primary' : 'plain'} onClick={() => go(`/cases/${row.id}?do=${verb}`)}>
      {t(`verb.${verb}`)}
    </Button>
  );
}

function Praise({ staff }: { staff: string }) {
  const { t } = useTranslation('handle');
  const may = useMay()('evaluations:read');
  const { data } = useQuery({
    queryKey: ['evaluations', 'praise', staff],
    queryFn: () => {
      const from = startOf(addDays(dayOf(now()), -WEEK_DAYS));
      const query = { staff, from, csat_min: 5, commented: true, limit: PRAISE_MAX };
      return ask(api.GET('/api/v1/evaluations', { params: { query } }));
    },
    enabled: may && staff !== '',
  });
  if (!data || data.items.length === 0) return null;
  return (
    <section className="card praise">
      <h2>{t('work.praise')}</h2>
      {data.items.map((it) => (
        <blockquote key={it.id}>
          <p>{it.comment}</p>
          <footer className="quiet">
            {it.customer_name ?? t('house:unknown_customer')} <Score score={it.scores.csat} />
          </footer>
        </blockquote>
      ))}
    </section>
  );
}
