// 台账: the record an auditor reads, in the order of GB/T 19012. On the screen, as a file, on A4.

import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../house/api.ts';
import { now } from '../house/clock.ts';
import { type Column, DataTable } from '../house/DataTable.tsx';
import { addDays, count, dayOf, moment, startOf } from '../house/format.ts';
import { useHasHelp } from '../house/Help.tsx';
import { language } from '../house/i18n.ts';
import { useMay, useMe } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { useAddress } from '../house/useAddress.ts';
import { StateTag } from './case.tsx';
import './ledger.css';

type Complaint = Schemas['ComplaintRow'];
type Suggestion = Schemas['SuggestionRow'];

const NAMES = ['days'] as const;
const DAYS = ['30', '90', '365', 'all'] as const;

function usePeriod() {
  const { values, set } = useAddress(NAMES);
  const days = DAYS.find((it) => it === values.days) ?? '90';
  const from = days === 'all' ? '' : startOf(addDays(dayOf(now()), 1 - Number(days)));
  return { days, set, period: from ? { from } : {} };
}

export function Complaints() {
  const { days, set, period } = usePeriod();
  const found = useQuery({
    queryKey: ['cases', 'complaints', period],
    queryFn: () => ask(api.GET('/api/v1/ledgers/complaints', { params: { query: period } })),
  });
  return (
    <Sheet
      name="complaints"
      days={days}
      choose={(to) => set({ days: to })}
      period={period}
      found={found}
      columns={useComplaintColumns()}
    />
  );
}

export function Suggestions() {
  const { days, set, period } = usePeriod();
  const found = useQuery({
    queryKey: ['cases', 'suggestions', period],
    queryFn: () => ask(api.GET('/api/v1/ledgers/suggestions', { params: { query: period } })),
  });
  return (
    <Sheet
      name="suggestions"
      days={days}
      choose={(to) => set({ days: to })}
      period={period}
      found={found}
      columns={useSuggestionColumns()}
    />
  );
}

type SheetProps<R> = {
  name: 'complaints' | 'suggestions';
  days: string;
  choose: (days: string) => void;
  period: { from?: string };
  found: { data: R[] | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  columns: Column<R>[];
};

function Sheet<R extends Complaint | Suggestion>({ name, days, choose, period, found, columns }: SheetProps<R>) {
  const { t } = useTranslation('handle');
  const { tenant } = useMe();
  const exports = useMay()('cases:export');
  const query = new URLSearchParams({ ...period, lang: language() });
  const file = (kind: string) => `/api/v1/ledgers/export/${name}.${kind}?${query}`;
  return (
    <Page
      title={t(`word:ledger.${name}`)}
      actions={
        <>
          <Select
            aria-label={t('ledger.period')}
            value={days}
            onChange={choose}
            options={DAYS.map((it) => ({ value: it, label: t(`ledger.days_${it}`) }))}
          />
          {exports &&
            ['xlsx', 'csv'].map((kind) => (
              <Button key={kind} icon={<DownloadOutlined aria-hidden />} href={file(kind)} download>
                {kind.toUpperCase()}
              </Button>
            ))}
          <Button icon={<PrinterOutlined aria-hidden />} onClick={() => window.print()}>
            {t('ledger.print')}
          </Button>
        </>
      }
    >
      {found.isPending && <Loading rows={12} />}
      {found.error ? <Failed error={found.error} again={() => found.refetch()} /> : null}
      {found.data && (
        <div className="ledger">
          <p className="ledger-head">
            {tenant.name} · {t('house:list.total', { count: count(found.data.length) })}
            <span className="print-only"> · {t('ledger.printed', { when: moment(now()) })}</span>
          </p>
          <DataTable
            label={t(`word:ledger.${name}`)}
            rows={found.data}
            columns={columns}
            idOf={(it) => it.case}
            empty={<Empty title={t(`ledger.none_${name}`)}>{t('ledger.none_text')}</Empty>}
          />
        </div>
      )}
    </Page>
  );
}

const time = (at: string | null | undefined): ReactNode => (at ? moment(at) : '');

/** Columns named as the file names them. */
function useWords() {
  const { t } = useTranslation('word');
  const hasHelp = useHasHelp();
  return {
    column: <R,>(key: string, cell: (row: R) => ReactNode, more: Partial<Column<R>> = {}): Column<R> => ({
      key,
      title: t(`ledger.${key}`),
      ...(hasHelp(`ledger.${key}`) ? { help: `ledger.${key}` } : {}),
      cell,
      ...more,
    }),
    yes: (it: boolean | null | undefined) =>
      it === null || it === undefined ? '' : t(it ? 'ledger.yes' : 'ledger.no'),
    word: (group: string, code: string | null | undefined) => (code ? t(`${group}.${code}`) : ''),
  };
}

const long = (text: string | null | undefined) => <span className="ledger-long">{text}</span>;

function useComplaintColumns(): Column<Complaint>[] {
  const { column, yes, word } = useWords();
  return [
    column('number', (it) => <Link to={`/cases/${it.case}`}>{it.number}</Link>, { phone: 'head' }),
    column('received_at', (it) => time(it.received_at)),
    column('channel', (it) => word('channel', it.channel), { phone: 'hide' }),
    column('said', (it) => long(it.said)),
    column('state', (it) => <StateTag state={it.state} />),
    column('owner', (it) => it.owner),
    column('acknowledged_at', (it) => time(it.acknowledged_at), { phone: 'hide' }),
    column('category', (it) => it.category, { phone: 'hide' }),
    column('priority', (it) => word('priority', it.priority), { phone: 'hide' }),
    column('cause', (it) => word('cause', it.cause), { phone: 'hide' }),
    column('cause_text', (it) => long(it.cause_text), { phone: 'hide' }),
    column('rectification', (it) => long(it.rectification), { phone: 'hide' }),
    column('rectification_owner', (it) => it.rectification_owner, { phone: 'hide' }),
    column('rectification_due_at', (it) => time(it.rectification_due_at), { phone: 'hide' }),
    column('verified_by', (it) => it.verified_by, { phone: 'hide' }),
    column('verified_at', (it) => time(it.verified_at), { phone: 'hide' }),
    column('first_response_at', (it) => time(it.first_response_at), { phone: 'hide' }),
    column('first_response_in_time', (it) => yes(it.first_response_in_time), { phone: 'hide' }),
    column('solution', (it) => long(it.solution), { phone: 'hide' }),
    column('told_at', (it) => time(it.told_at), { phone: 'hide' }),
    column('asked_again', (it) => yes(it.asked_again), { phone: 'hide' }),
    column('reopened_count', (it) => it.reopened_count, { align: 'right', phone: 'hide' }),
    column('closed_at', (it) => time(it.closed_at), { phone: 'hide' }),
  ];
}

function useSuggestionColumns(): Column<Suggestion>[] {
  const { column, yes, word } = useWords();
  return [
    column('number', (it) => <Link to={`/cases/${it.case}`}>{it.number}</Link>, { phone: 'head' }),
    column('received_at', (it) => time(it.received_at)),
    column('channel', (it) => word('channel', it.channel), { phone: 'hide' }),
    column('said', (it) => long(it.said)),
    column('state', (it) => <StateTag state={it.state} />),
    column('category', (it) => it.category, { phone: 'hide' }),
    column('owner', (it) => it.owner),
    column('adopted', (it) => yes(it.is_adopted)),
    column('reason', (it) => long(it.reason), { phone: 'hide' }),
    column('decided_by', (it) => it.decided_by, { phone: 'hide' }),
    column('decided_at', (it) => time(it.decided_at), { phone: 'hide' }),
    column('due_at', (it) => time(it.due_at), { phone: 'hide' }),
    column('result', (it) => long(it.result), { phone: 'hide' }),
    column('completed_at', (it) => time(it.completed_at), { phone: 'hide' }),
    column('told_at', (it) => time(it.told_at), { phone: 'hide' }),
    column('closed_at', (it) => time(it.closed_at), { phone: 'hide' }),
  ];
}
