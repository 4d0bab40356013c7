// What became of the rows, and those that were refused, each with its line, its column and the reason.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../../house/api.ts';
import { type Column, DataTable } from '../../house/DataTable.tsx';
import { download } from '../../house/download.ts';
import { count } from '../../house/format.ts';
import { useMay } from '../../house/me.tsx';
import { Failed, Loading } from '../../house/states.tsx';
import { complain } from '../../house/toast.tsx';
import { FileButton } from './Imports.tsx';
import { Mend } from './Mend.tsx';
import type { Mapping } from './mapping.ts';
import { useUpload } from './upload.ts';

type Import = Schemas['ImportBody'];
type BadRow = Schemas['BadRowBody'];

/** Where what was brought can be seen, and who may. */
const PLACES = {
  customers: { to: '/customers', may: 'customers:read' },
  interactions: { to: '/customers', may: 'customers:read' },
  evaluations: { to: '/evaluations?channel=import', may: 'evaluations:read' },
  case_events: { to: '/cases', may: 'cases:read' },
} as const;

export function Outcome({ it }: { it: Import }) {
  const { t } = useTranslation('platform');
  const may = useMay();
  const { counts } = it;
  const place = PLACES[it.target];
  const brought = it.stage === 'done' && !it.dry_run;
  return (
    <section className="card import-card" aria-label={t('import.outcome')}>
      <h2>{outcomeOf(it, t)}</h2>
      {it.failure && (
        <p className="fault" role="alert">
          {it.failure}
        </p>
      )}
      <dl className="import-counts">
        {(['read', 'created', 'updated', 'unchanged', 'bad'] as const).map((key) => (
          <div key={key} className={key === 'bad' && counts.bad > 0 ? 'import-bad' : ''}>
            <dt>{t(`import.count.${key}`)}</dt>
            <dd>{count(counts[key])}</dd>
          </div>
        ))}
      </dl>
      {brought && may(place.may) && (
        <p>
          <Link to={place.to}>{t(`import.see.${it.target}`)}</Link>
        </p>
      )}
      {counts.bad > 0 && <Refused it={it} />}
    </section>
  );
}

function outcomeOf(it: Import, t: (key: string) => string): string {
  if (it.stage === 'done') return it.dry_run ? t('import.tried_title') : t('import.done_title');
  return it.stage === 'failed' ? t('import.failed_title') : t('import.cancelled_title');
}

function Refused({ it }: { it: Import }) {
  const { t } = useTranslation('platform');
  const upload = useUpload();
  const brought = it.stage === 'done' && !it.dry_run;
  const rows = useInfiniteQuery({
    queryKey: ['import-faults', it.id],
    queryFn: ({ pageParam }) => {
      const query = pageParam ? { after: pageParam } : {};
      return ask(api.GET('/api/v1/imports/{id}/faults', { params: { path: { id: it.id }, query } }));
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const columns: Column<BadRow>[] = [
    {
      key: 'line',
      title: t('import.line'),
      align: 'right',
      phone: 'head',
      cell: (one) => t('import.line_at', { line: one.line }),
    },
    {
      key: 'column',
      title: t('import.column'),
      cell: (one) => [...new Set(one.faults.map((fault) => fault.column ?? t('import.whole_row')))].join(t('comma')),
    },
    {
      key: 'reason',
      title: t('import.reason'),
      cell: (one) => <span className="import-reason">{one.faults.map((fault) => fault.reason).join(' ')}</span>,
    },
    { key: 'cells', title: t('import.cells'), phone: 'hide', cut: true, cell: (one) => one.cells.join(' | ') },
  ];
  const all = rows.data?.pages.flatMap((page) => page.items) ?? [];
  const file = `/api/v1/imports/${it.id}/bad-rows`;
  const fetchFile = (event: MouseEvent) => {
    event.preventDefault();
    download(file).catch(() => complain(t('import.no_file')));
  };
  return (
    <>
      <h3>{t('import.bad_title', { rows: count(it.counts.bad) })}</h3>
      <p className="quiet">{t(brought ? 'import.bad_text' : 'import.bad_text_tried')}</p>
      <div className="import-buttons import-mend">
        <Button href={file} onClick={fetchFile} download>
          {t('import.bad_download')}
        </Button>
        {brought && (
          <FileButton
            busy={upload.busy}
            take={(file) => upload.send({ file, target: it.target, mapping: it.mapping as unknown as Mapping })}
          >
            {t('import.bad_again')}
          </FileButton>
        )}
      </div>
      {rows.isPending && <Loading rows={4} />}
      {rows.error && <Failed error={rows.error} again={() => rows.refetch()} />}
      {rows.data && brought && <Mend it={it} rows={all} />}
      {rows.data && !brought && (
        <DataTable
          label={t('import.bad_label')}
          rows={all}
          columns={columns}
          idOf={(one) => `${one.line}`}
          empty={null}
        />
      )}
      {rows.hasNextPage && (
        <Button type="text" onClick={() => rows.fetchNextPage()} loading={rows.isFetchingNextPage}>
          {t('import.more')}
        </Button>
      )}
    </>
  );
}
