// One import: look into the file, say what its columns are, try it, bring it, mend what was refused.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';
import { api, ask, queries, type Schemas, Trouble } from '../../house/api.ts';
import { count } from '../../house/format.ts';
import { Page } from '../../house/Page.tsx';
import { Failed, Loading, useSaid } from '../../house/states.tsx';
import { complain, tell } from '../../house/toast.tsx';
import { FileAsRead } from './FileAsRead.tsx';
import { StageTag } from './Imports.tsx';
import { KeepMapping, MappingForm } from './MappingForm.tsx';
import { type FileSettings, fitted, type Look, type Mapping, undecided } from './mapping.ts';
import { Outcome } from './Outcome.tsx';
import './import.css';

type Import = Schemas['ImportBody'];

/** How often a running import is asked how far it is. */
const LOOK_MS = 700;
const isRunning = (it: Import) => it.stage === 'rows' || it.stage === 'cases';
/** Whether it may still be started. */
const isOpen = (it: Import) => it.stage === 'uploaded' || it.stage === 'failed' || (it.stage === 'done' && it.dry_run);

export function ImportPage() {
  const { t } = useTranslation('platform');
  const { id = '' } = useParams();
  const found = useQuery({
    queryKey: ['import', id],
    queryFn: () => ask(api.GET('/api/v1/imports/{id}', { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data && isRunning(query.state.data) ? LOOK_MS : false),
  });
  const it = found.data;
  if (!it) return found.error ? <Failed error={found.error} again={() => found.refetch()} /> : <Loading rows={10} />;
  return (
    <Page title={it.file_name} actions={<StageTag it={it} />}>
      <nav className="import-way" aria-label={t('settings.imports')}>
        <Link to="/settings/imports">{t('settings.imports')}</Link>
        <span aria-hidden> / </span>
        <span>{t(`import.target.${it.target}`)}</span>
      </nav>
      <Steps it={it} />
      {isRunning(it) && <Running it={it} />}
      {isOpen(it) && <Prepare key={id} it={it} />}
      {!isOpen(it) && !isRunning(it) && <Outcome it={it} />}
    </Page>
  );
}

/** Where in the four steps it is. */
function Steps({ it }: { it: Import }) {
  const { t } = useTranslation('platform');
  const real = !it.dry_run && it.stage !== 'uploaded';
  const at = real ? 3 : it.stage === 'uploaded' ? 1 : 2;
  return (
    <ol className="import-steps">
      {(['upload', 'map', 'try', 'bring'] as const).map((step, index) => (
        <li key={step} aria-current={index === at ? 'step' : undefined} className={index < at ? 'done' : ''}>
          {t(`import.step.${step}`)}
        </li>
      ))}
    </ol>
  );
}

function Running({ it }: { it: Import }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const total = knownRows.get(it.id);
  const cancel = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/imports/{id}/cancel', { params: { path: { id: it.id } } })),
    onSuccess: (now) => {
      queries.setQueryData(['import', it.id], now);
      tell(t('import.cancelled_now'));
    },
    onError: (error) => complain(said(error)),
  });
  return (
    <section className="card import-card" aria-label={t('import.progress')}>
      <h2>{it.dry_run ? t('import.trying') : t('import.bringing')}</h2>
      <progress {...(total ? { value: it.counts.read, max: total } : {})} aria-label={t('import.progress')} />
      <p aria-live="polite">
        {it.stage === 'cases'
          ? t('import.making_cases')
          : t('import.read', { count: it.counts.read, rows: count(it.counts.read) })}
        {it.counts.bad > 0 && ` ${t('import.bad_so_far', { rows: count(it.counts.bad) })}`}
      </p>
      <Button onClick={() => cancel.mutate()} loading={cancel.isPending}>
        {t('import.stop')}
      </Button>
    </section>
  );
}

/** Rows of files that were tried, so that bringing them can say how far it is. */
const knownRows = new Map<string, number>();

function Prepare({ it }: { it: Import }) {
  const { t } = useTranslation('platform');
  const given = (useLocation().state as { mapping?: Mapping } | null)?.mapping;
  const ran = it.mapping as unknown as Mapping | null;
  const [file, setFile] = useState<FileSettings>(ran?.file ?? {});
  const [mapping, setMapping] = useState<Mapping | undefined>(ran ?? undefined);
  const look = useQuery({
    queryKey: ['import-look', it.id, file],
    queryFn: async () => {
      const asked = { params: { path: { id: it.id } }, body: file as Record<string, never> };
      return (await ask(api.POST('/api/v1/imports/{id}/look', asked))) as unknown as Look;
    },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
  const seen = look.data;
  const fresh = seen && !look.isPlaceholderData ? seen : undefined;
  // The first look proposes; a later one only where it found other columns.
  useEffect(() => {
    if (!fresh) return;
    setMapping((now) => {
      const used = Object.values(now?.fields ?? {}).flatMap((one) => one.columns ?? []);
      if (now && used.length > 0 && used.every((one) => fresh.columns.includes(one))) return now;
      const before = given && fitted(given, fresh.columns);
      return before && Object.keys(before.fields).length > 0 ? before : fresh.proposal.mapping;
    });
  }, [fresh, given]);
  if (look.error && !seen) {
    return (
      <>
        <Failed error={look.error} />
        <p className="import-foot">
          <Link to="/settings/imports">{t('import.other_file')}</Link>
        </p>
      </>
    );
  }
  if (!seen || !mapping) return <Loading rows={12} />;
  const whole = { ...mapping, file };
  return (
    <>
      {it.stage !== 'uploaded' && <Outcome it={it} />}
      <FileAsRead look={seen} file={file} set={setFile} busy={look.isFetching} />
      <Decide it={it} look={seen} mapping={whole} set={setMapping} />
    </>
  );
}

/** A mapping as text, whatever order its parts came in. */
function told(mapping: unknown): string {
  if (Array.isArray(mapping)) return JSON.stringify(mapping.map(told));
  if (typeof mapping !== 'object' || mapping === null) return JSON.stringify(mapping ?? null);
  const parts = Object.entries(mapping).filter(([, it]) => it !== undefined && !isNothing(it));
  return JSON.stringify(parts.map(([key, it]) => [key, told(it)]).sort());
}

const isNothing = (it: unknown) =>
  it === null || it === '' || (typeof it === 'object' && it !== null && Object.keys(it).length === 0);

type DecideProps = { it: Import; look: Look; mapping: Mapping; set: (to: Mapping) => void };

function Decide({ it, look, mapping, set }: DecideProps) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const start = useMutation({
    mutationFn: (dry_run: boolean) => {
      const body = { mapping: mapping as unknown as Record<string, never>, dry_run };
      return ask(api.POST('/api/v1/imports/{id}/start', { params: { path: { id: it.id } }, body }));
    },
    onSuccess: (now) => {
      if (!now.dry_run && it.counts.read > 0) knownRows.set(it.id, it.counts.read);
      queries.setQueryData(['import', it.id], now);
      queries.removeQueries({ queryKey: ['import-faults', it.id] });
      queries.invalidateQueries({ queryKey: ['imports'] });
    },
  });
  const open = undecided(mapping, look.fields);
  const tried = it.stage === 'done' && it.dry_run && told(it.mapping) === told(mapping);
  const faults = start.error instanceof Trouble ? (start.error.problem?.errors ?? []) : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate(!tried);
      }}
    >
      <MappingForm
        look={look}
        mapping={mapping}
        set={set}
        open={open}
        fault={(key) =>
          faults.find((one) => one.field === `fields.${key}` || one.field?.startsWith(`fields.${key}.`))?.message
        }
      />
      <div className="import-foot">
        {start.error && (
          <p className="fault" role="alert">
            {said(start.error)}
          </p>
        )}
        {open.size > 0 && <p className="quiet">{t('import.undecided', { count: open.size })}</p>}
        <div className="import-buttons">
          <KeepMapping mapping={mapping} />
          {tried && (
            <Button onClick={() => start.mutate(true)} loading={start.isPending}>
              {t('import.try_again')}
            </Button>
          )}
          <Button type="primary" htmlType="submit" loading={start.isPending} disabled={open.size > 0}>
            {tried ? t('import.bring_rows', { rows: count(it.counts.read - it.counts.bad) }) : t('import.try')}
          </Button>
        </div>
        <p className="quiet">{tried ? t('import.bring_text') : t('import.try_text')}</p>
      </div>
    </form>
  );
}
