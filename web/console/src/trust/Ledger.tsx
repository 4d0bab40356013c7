// 存证: whether what is stored is what was put on record, looked at now.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask } from '../house/api.ts';
import { useCopy } from '../house/copy.ts';
import { Page } from '../house/Page.tsx';
import { At } from '../house/promise.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import './ledger.css';

const LOOK_MS = 5_000;

type Row = { thing: 'evaluation' | 'case_event' | 'erasure'; id: string; seq: number };
type Fault =
  | { fault: 'changed' | 'deleted'; place: number; row: Row }
  | { fault: 'inserted'; row: Row }
  | { fault: 'gap'; place: number }
  | { fault: 'root'; after: number; until: number }
  | { fault: 'signature'; size: number };
type Erased = { place: number; row: Row; at: string; reason: string };
type Report = {
  leaves: number;
  checkpoints: number;
  faults: Fault[];
  more_faults: number;
  erased: Erased[];
  more_erased: number;
};

export function Ledger() {
  const { t } = useTranslation('trust');
  const said = useSaid();
  const state = useQuery({
    queryKey: ['ledger'],
    queryFn: () => ask(api.GET('/api/v1/ledger')),
    refetchInterval: LOOK_MS,
  });
  const verify = useMutation({
    mutationFn: async () => (await ask(api.POST('/api/v1/ledger/verify'))) as unknown as Report,
  });
  const copy = useCopy();
  const { data } = state;
  return (
    <Page
      title={t('title')}
      actions={
        <Button type="primary" loading={verify.isPending} onClick={() => verify.mutate()}>
          {t('verify')}
        </Button>
      }
    >
      <p className="quiet">{t('text')}</p>
      {state.isPending && <Loading />}
      {state.error && <Failed error={state.error} again={() => state.refetch()} />}
      {verify.error && (
        <p className="fault" role="alert">
          {said(verify.error)}
        </p>
      )}
      {verify.data && <Found report={verify.data} />}
      {data && !data.checkpoint && <Empty title={t('none')}>{t('none_text')}</Empty>}
      {data?.checkpoint && (
        <section className="card ledger-state">
          <h2>{t('checkpoint')}</h2>
          <dl>
            <dt className="quiet">{t('leaves')}</dt>
            <dd>
              {data.leaves.toLocaleString()}
              {data.waiting > 0 && <span className="quiet"> {t('waiting', { count: data.waiting })}</span>}
            </dd>
            <dt className="quiet">{t('at')}</dt>
            <dd>
              <At at={data.checkpoint.at} />
            </dd>
            <dt className="quiet">{t('root')}</dt>
            <dd className="code">{data.checkpoint.root}</dd>
            <dt className="quiet">{t('key')}</dt>
            <dd className="code">{data.checkpoint.key}</dd>
          </dl>
          <p className="quiet">{t('keep')}</p>
          <Button
            onClick={() =>
              copy(`${data.checkpoint?.text}${data.checkpoint?.signature}\n${data.checkpoint?.key}`, t('copied'))
            }
          >
            {t('copy')}
          </Button>
        </section>
      )}
    </Page>
  );
}

function Found({ report }: { report: Report }) {
  const { t } = useTranslation('trust');
  const count = report.faults.length + report.more_faults;
  return (
    <section className={`card ${count > 0 ? 'ledger-bad' : 'ledger-good'}`} role="status">
      <h2>{count > 0 ? t('found', { count }) : t('agrees')}</h2>
      <p>{t('looked', { leaves: report.leaves.toLocaleString(), checkpoints: report.checkpoints })}</p>
      <ul>
        {report.faults.map((it) => (
          <li key={JSON.stringify(it)}>
            {t(`fault.${it.fault}`, { ...it })} {'row' in it && <RowLink row={it.row} />}
          </li>
        ))}
      </ul>
      {report.erased.length > 0 && (
        <details>
          <summary>{t('erased', { count: report.erased.length + report.more_erased })}</summary>
          <ul>
            {report.erased.map((it) => (
              <li key={it.place}>
                {t('erased_row', { place: it.place, reason: it.reason })} <At at={it.at} /> <RowLink row={it.row} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function RowLink({ row }: { row: Row }) {
  const { t } = useTranslation('trust');
  const to = row.thing === 'case_event' ? `/cases/${row.id}` : `/evaluations?open=${row.id}`;
  return (
    <Link to={to}>
      {t(`thing.${row.thing}`, { seq: row.seq })} <span className="code">{row.id}</span>
    </Link>
  );
}
