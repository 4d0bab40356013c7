// 台账: the record an auditor reads, in the order of GB/T 19012. On the screen by pages, as a file, on A4.

import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, ask, type Schemas } from '../house/api.ts';
import { useColumnChoice } from '../house/Columns.tsx';
import { now } from '../house/clock.ts';
import { type Column, DataTable, Pager } from '../house/DataTable.tsx';
import { addDays, count, dayOf, moment, startOf } from '../house/format.ts';
import { useHasHelp } from '../house/Help.tsx';
import { language } from '../house/i18n.ts';
import { useMay, useMe } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { complain } from '../house/toast.tsx';
import { useAddress } from '../house/useAddress.ts';
import { StateTag } from './case.tsx';
import './ledger.css';

type Complaint = Schemas['ComplaintRow'];
type Suggestion = Schemas['SuggestionRow'];

const NAMES = ['days'] as const;
const DAYS = ['30', '90', '365', 'all'] as const;

/** What is printed at most, newest first: some 400 sheets. The files hold twenty times as much. */
const PRINT_ROWS_MAX = 5_000;
/** The largest page that the server gives. */
const PRINT_READ = 200;

type Query = { from?: string; after?: string; limit?: number };
type Read<R> = (query: Query) => Promise<{ items: R[]; next?: string | null }>;

function usePeriod() {
  const { values, after, set } = useAddress(NAMES);
  const days = DAYS.find((it) => it === values.days) ?? '90';
  const from = days === 'all' ? '' : startOf(addDays(dayOf(now()), 1 - Number(days)));
  const period: { from?: string } = from ? { from } : {};
  return { days, after, set, period };
}

export function Complaints() {
  return <Sheet name="complaints" read={readComplaints} columns={useComplaintColumns()} />;
}

export function Suggestions() {
  return <Sheet name="suggestions" read={readSuggestions} columns={useSuggestionColumns()} />;
}

const readComplaints: Read<Complaint> = (query) => ask(api.GET('/api/v1/ledgers/complaints', { params: { query } }));
const readSuggestions: Read<Suggestion> = (query) => ask(api.GET('/api/v1/ledgers/suggestions', { params: { query } }));

/** The newest rows of a period, as many as are printed. */
async function readForPrint<R>(read: Read<R>, period: Query): Promise<R[]> {
  const rows: R[] = [];
  let after: string | null | undefined = '';
  while (after !== undefined && after !== null && rows.length < PRINT_ROWS_MAX) {
    const page: Awaited<ReturnType<Read<R>>> = await read({
      ...period,
      limit: PRINT_READ,
      ...(after ? { after } : {}),
    });
    rows.push(...page.items);
    after = page.next;
  }
  return rows;
}

/** Rows that are on the page for as long as it is printed. */
function usePaper<R>(rowsOf: () => Promise<R[]>) {
  const said = useSaid();
  const [rows, setRows] = useState<R[]>();
  const [reads, setReads] = useState(false);
  useEffect(() => {
    const done = () => setRows(undefined);
    window.addEventListener('afterprint', done);
    return () => window.removeEventListener('afterprint', done);
  }, []);
  const print = async () => {
    setReads(true);
    try {
      const found = await rowsOf();
      flushSync(() => setRows(found));
      window.print();
    } catch (error) {
      complain(said(error));
    } finally {
      setReads(false);
    }
  };
  return { rows, reads, print };
}

type SheetProps<R> = {
  name: 'complaints' | 'suggestions';
  read: Read<R>;
  columns: Column<R>[];
};

function Sheet<R extends Complaint | Suggestion>({ name, read, columns: all }: SheetProps<R>) {
  const { t } = useTranslation('handle');
  const go = useNavigate();
  const { tenant } = useMe();
  const exports = useMay()('cases:export');
  const { days, after, set, period } = usePeriod();
  const found = useQuery({
    queryKey: ['cases', name, period, after],
    queryFn: () => read({ ...period, ...(after ? { after } : {}) }),
    placeholderData: (before) => before,
  });
  const total = useQuery({
    queryKey: ['cases', name, 'total', period],
    queryFn: () =>
      ask(api.GET('/api/v1/ledgers/totals/{ledger}', { params: { path: { ledger: name }, query: period } })),
    placeholderData: (before) => before,
  });
  const columns = useColumnChoice(name, all);
  const paper = usePaper(() => readForPrint(read, period));
  const query = new URLSearchParams({ ...period, lang: language() });
  const file = (kind: string) => `/api/v1/ledgers/export/${name}.${kind}?${query}`;
  const rows = found.data?.items ?? [];
  const table = (rows: R[]) => (
    <DataTable
      label={t(`word:ledger.${name}`)}
      rows={rows}
      columns={columns.shown}
      idOf={(it) => it.case}
      onOpen={(it) => go(`/cases/${it.case}`)}
      empty={<Empty title={t(`ledger.none_${name}`)}>{t('ledger.none_text')}</Empty>}
    />
  );
  const totalWords =
    total.data && t(total.data.is_more ? 'ledger.more_than' : 'house:list.total', { count: count(total.data.count) });
  const isCut = total.data && PRINT_ROWS_MAX < total.data.count;
  return (
    <Page
      title={t(`word:ledger.${name}`)}
      actions={
        <>
          <Select
            aria-label={t('ledger.period')}
            value={days}
            onChange={(to) => set({ days: to })}
            options={DAYS.map((it) => ({ value: it, label: t(`ledger.days_${it}`) }))}
          />
          {columns.button}
          {exports &&
            ['xlsx', 'csv'].map((kind) => (
              <Button key={kind} icon={<DownloadOutlined aria-hidden />} href={file(kind)} download>
                {kind.toUpperCase()}
              </Button>
            ))}
          <Button icon={<PrinterOutlined aria-hidden />} loading={paper.reads} onClick={paper.print}>
            {t('ledger.print')}
          </Button>
        </>
      }
    >
      {found.isPending && <Loading rows={12} />}
      {found.error && !found.data && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && (
        <div className="ledger">
          <p className="ledger-head">
            {[tenant.name, t(`ledger.days_${days}`), totalWords].filter(Boolean).join(' · ')}
            {isCut && <> · {t('ledger.printed_newest', { count: count(PRINT_ROWS_MAX) })}</>}
            <span className="print-only">
              {!paper.rows && rows.length > 0 && <> · {t('ledger.printed_part', { count: count(rows.length) })}</>}
              {' · '}
              {t('ledger.printed', { when: moment(now()) })}
            </span>
          </p>
          {paper.rows && <div className="ledger-paper">{table(paper.rows)}</div>}
          <div className="ledger-screen">
            {table(rows)}
            <Pager rows={rows.length} next={found.data.next} />
          </div>
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
    column('number', (it) => <Link to={`/cases/${it.case}`}>{it.number}</Link>, { fixed: true, phone: 'head' }),
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
    column('number', (it) => <Link to={`/cases/${it.case}`}>{it.number}</Link>, { fixed: true, phone: 'head' }),
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
