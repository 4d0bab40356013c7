// The rows behind a figure: nobody has to believe a number.

import { CloseOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Score } from '../handle/case.tsx';
import { api, ask, type Schemas } from '../house/api.ts';
import { useTimeWords } from '../house/promise.tsx';
import { Failed, Loading } from '../house/states.tsx';
import type { Period } from './Overview.tsx';

const ROWS = 50;

export function FigureRows({ metric, period, close }: { metric: string; period: Period; close: () => void }) {
  const { t } = useTranslation('analysis');
  const rows = useInfiniteQuery({
    queryKey: ['figure-rows', metric, period],
    queryFn: ({ pageParam }) => {
      const query = { ...period, limit: ROWS, ...(pageParam ? { after: pageParam } : {}) };
      return ask(api.GET('/api/v1/figures/{metric}/rows', { params: { path: { metric }, query } }));
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const all = rows.data?.pages.flatMap((it) => it.items) ?? [];
  return (
    <section className="card rows" aria-label={t('rows.title', { name: t(`word:metric.${metric}`) })}>
      <h2>
        {t('rows.title', { name: t(`word:metric.${metric}`) })}
        <button type="button" className="icon-button" onClick={close} aria-label={t('house:close')}>
          <CloseOutlined aria-hidden />
        </button>
      </h2>
      {rows.isPending && <Loading rows={4} />}
      {rows.error && <Failed error={rows.error} again={() => rows.refetch()} />}
      <ol>
        {all.map((it) => (
          <li key={`${it.thing} ${it.id}`}>
            <Line row={it} />
          </li>
        ))}
      </ol>
      {rows.hasNextPage && (
        <Button onClick={() => rows.fetchNextPage()} loading={rows.isFetchingNextPage}>
          {t('rows.more')}
        </Button>
      )}
    </section>
  );
}

function Line({ row }: { row: Schemas['FigureRow'] }) {
  const { t } = useTranslation('analysis');
  const words = useTimeWords();
  const said = [
    typeof row.took_ms === 'number' ? words.length(row.took_ms) : '',
    row.due ? '' : t('rows.not_due'),
    row.hit === true ? t('rows.hit') : '',
    row.hit === false && row.due ? t('rows.missed') : '',
  ].filter(Boolean);
  const to = { evaluation: `/evaluations?open=${row.id}`, case: `/cases/${row.id}` }[row.thing];
  const name = t(`rows.${row.thing}`);
  return (
    <>
      {to ? <Link to={to}>{name}</Link> : <span>{name}</span>}
      {typeof row.score === 'number' && <Score score={row.score} />}
      <span className={row.hit === false && row.due ? 'promise-broken' : 'quiet'}>{said.join(' · ')}</span>
    </>
  );
}
