// 导入: bring a file, and everything that was brought before.

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { api, ask, queries, type Row, type Schemas } from '../../house/api.ts';
import { type Column, DataTable, Pager } from '../../house/DataTable.tsx';
import { count, percent } from '../../house/format.ts';
import { Page } from '../../house/Page.tsx';
import { At } from '../../house/promise.tsx';
import { Empty, Failed, Loading, useSaid } from '../../house/states.tsx';
import { complain, tell } from '../../house/toast.tsx';
import { type Mapping, TARGETS, type Target } from './mapping.ts';
import { useUpload } from './upload.ts';
import './import.css';

type Import = Row<Schemas['Page_ImportBody']>;

export function Imports() {
  const { t } = useTranslation('platform');
  const [params] = useSearchParams();
  const after = params.get('after') ?? '';
  const found = useQuery({
    queryKey: ['imports', after],
    queryFn: () => ask(api.GET('/api/v1/imports', { params: { query: after ? { after } : {} } })),
    placeholderData: (before) => before,
  });
  return (
    <Page title={t('settings.imports')}>
      <Bring asked={params.get('target')} />
      {found.isPending && <Loading rows={8} />}
      {found.error && !found.data && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && (
        <>
          <h2 className="import-head">{t('import.past')}</h2>
          <Past rows={found.data.items} />
          <Pager rows={found.data.items.length} next={found.data.next} />
        </>
      )}
      <Kept />
    </Page>
  );
}

/** What the rows are, and the file: chosen or dropped. */
function Bring({ asked }: { asked: string | null }) {
  const { t } = useTranslation('platform');
  const upload = useUpload();
  const [target, setTarget] = useState<Target>(TARGETS.find((it) => it === asked) ?? 'customers');
  const [over, setOver] = useState(false);
  const take = (file: File | undefined) => file && upload.send({ file, target });
  return (
    <section className="card bring" aria-label={t('import.bring')}>
      <fieldset className="bring-targets">
        <legend>{t('import.what')}</legend>
        {TARGETS.map((it) => (
          <label key={it} className="bring-target">
            <input type="radio" name="target" checked={target === it} onChange={() => setTarget(it)} />
            <span>
              <b>{t(`import.target.${it}`)}</b>
              <span className="quiet">{t(`import.target_text.${it}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button inside is the first */}
      <div
        className={over ? 'drop drop-over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files[0]);
        }}
      >
        <FileButton busy={upload.busy} take={take}>
          {t('import.choose')}
        </FileButton>
        {upload.part === undefined ? (
          <p className="quiet">{t('import.drop')}</p>
        ) : (
          <p className="quiet sending">
            <progress value={upload.part} aria-label={t('import.sending')} />
            {t('import.sent', { part: percent(upload.part, 0) })}
          </p>
        )}
      </div>
    </section>
  );
}

export function FileButton(props: { busy: boolean; take: (file: File) => void; children: string }) {
  const { busy, take, children } = props;
  const [key, setKey] = useState(0);
  return (
    <label className={busy ? 'file-button file-busy' : 'file-button'}>
      <input
        key={key}
        type="file"
        className="sr"
        disabled={busy}
        accept=".csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson"
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file, mended, may be chosen again.
          setKey(key + 1);
          if (file) take(file);
        }}
      />
      {children}
    </label>
  );
}

function Past({ rows }: { rows: Import[] }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const go = useNavigate();
  const cancel = async (it: Import) => {
    try {
      await ask(api.POST('/api/v1/imports/{id}/cancel', { params: { path: { id: it.id } } }));
      tell(t('import.cancelled_now'));
      queries.invalidateQueries({ queryKey: ['imports'] });
    } catch (error) {
      complain(said(error));
    }
  };
  const columns: Column<Import>[] = [
    {
      key: 'file',
      title: t('import.file'),
      phone: 'head',
      cell: (it) => <Link to={`/settings/imports/${it.id}`}>{it.file_name}</Link>,
    },
    { key: 'target', title: t('import.what'), cell: (it) => t(`import.target.${it.target}`) },
    { key: 'stage', title: t('import.state'), cell: (it) => <StageTag it={it} /> },
    {
      key: 'created',
      title: t('import.created_short'),
      align: 'right',
      phone: 'hide',
      cell: (it) => count(it.counts.created),
    },
    {
      key: 'updated',
      title: t('import.updated_short'),
      align: 'right',
      phone: 'hide',
      cell: (it) => count(it.counts.updated),
    },
    {
      key: 'bad',
      title: t('import.bad_short'),
      align: 'right',
      phone: 'hide',
      cell: (it) => count(it.counts.bad),
    },
    { key: 'at', title: t('import.at'), cell: (it) => <At at={it.created} /> },
    {
      key: 'cancel',
      title: t('import.cancel'),
      phone: 'hide',
      cell: (it) =>
        ['uploaded', 'rows', 'cases', 'failed'].includes(it.stage) && (
          <Button size="small" onClick={() => cancel(it)}>
            {t('import.cancel')}
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label={t('import.past')}
      rows={rows}
      columns={columns}
      idOf={(it) => it.id}
      onOpen={(it) => go(`/settings/imports/${it.id}`)}
      empty={<Empty title={t('import.none')}>{t('import.none_text')}</Empty>}
    />
  );
}

/** A dry run that is over is not the same as an import that is. */
export function StageTag({ it }: { it: Pick<Import, 'stage' | 'dry_run'> }) {
  const { t } = useTranslation('platform');
  const tried = it.stage === 'done' && it.dry_run;
  return <span className={`tag import-${it.stage}`}>{tried ? t('import.tried') : t(`import.stage.${it.stage}`)}</span>;
}

/** Mappings that were kept for the next file of the same kind. */
function Kept() {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const { data = [] } = useMappings();
  if (data.length === 0) return null;
  const drop = async (it: Schemas['ImportMappingBody']) => {
    const again = async () => {
      const body = { name: it.name, mapping: it.mapping };
      await ask(api.PUT('/api/v1/import-mappings/{id}', { params: { path: { id: it.id } }, body }));
      queries.invalidateQueries({ queryKey: ['import-mappings'] });
    };
    try {
      await ask(api.DELETE('/api/v1/import-mappings/{id}', { params: { path: { id: it.id } } }));
      tell(t('import.mapping_dropped', { name: it.name }), again);
      queries.invalidateQueries({ queryKey: ['import-mappings'] });
    } catch (error) {
      complain(said(error));
    }
  };
  return (
    <>
      <h2 className="import-head">{t('import.mappings')}</h2>
      <ul className="card kept-mappings">
        {data.map((it) => (
          <li key={it.id}>
            <span>
              <b>{it.name}</b>{' '}
              <span className="quiet">{t(`import.target.${(it.mapping as unknown as Mapping).target}`)}</span>
            </span>
            <Button size="small" aria-label={t('import.mapping_drop', { name: it.name })} onClick={() => drop(it)}>
              {t('import.drop_short')}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

export function useMappings() {
  return useQuery({
    queryKey: ['import-mappings'],
    queryFn: () => ask(api.GET('/api/v1/import-mappings')),
  });
}
