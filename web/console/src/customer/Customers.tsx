// 客户: who is served, found by a piece of name, number, phone or mail.

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useNextPage } from '../house/ahead.ts';
import { api, ask, newId, queries, type Row, type Schemas } from '../house/api.ts';
import { useColumnChoice } from '../house/Columns.tsx';
import { type Column, DataTable, Pager } from '../house/DataTable.tsx';
import { useMay, useStaff, useStaffName } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { At } from '../house/promise.tsx';
import { Search } from '../house/Search.tsx';
import { Select } from '../house/Select.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { useAddress } from '../house/useAddress.ts';
import { CustomerForm } from './CustomerForm.tsx';
import './customer.css';

type Customer = Row<Schemas['Page_CustomerBody']>;

const NAMES = ['text', 'level', 'owner'] as const;
const LEVELS: Schemas['Level'][] = ['standard', 'key', 'vip'];

const list = (values: Record<(typeof NAMES)[number], string>, after: string) => ({
  queryKey: ['customers', values, after],
  queryFn: () => {
    const query = {
      ...(values.text ? { text: values.text } : {}),
      ...(values.level ? { level: values.level as Schemas['Level'] } : {}),
      ...(values.owner ? { owner: values.owner } : {}),
      ...(after ? { after } : {}),
    };
    return ask(api.GET('/api/v1/customers', { params: { query } }));
  },
});

export function ahead() {
  queries.prefetchQuery(list({ text: '', level: '', owner: '' }, ''));
}

export function Customers() {
  const { t } = useTranslation('customer');
  const go = useNavigate();
  const may = useMay();
  const staff = useStaff();
  const [adding, setAdding] = useState<string>();
  const { values, after, set } = useAddress(NAMES);
  const columns = useColumnChoice('customers', useColumns());
  const filtered = NAMES.some((it) => values[it] !== '');
  const found = useQuery({ ...list(values, after), placeholderData: (before) => before });
  useNextPage(found.isPlaceholderData ? null : found.data?.next, (next) => list(values, next));
  return (
    <Page
      title={t('title')}
      actions={
        <>
          {columns.button}
          {may('imports:write') && (
            <Button onClick={() => go('/settings/imports?target=customers')}>{t('import')}</Button>
          )}
          {may('customers:write') && (
            <Button type="primary" onClick={() => setAdding(newId())}>
              {t('add')}
            </Button>
          )}
        </>
      }
    >
      {adding && (
        <CustomerForm
          id={adding}
          done={(id) => {
            queries.invalidateQueries({ queryKey: ['customers'] });
            go(`/customers/${id}`);
          }}
          close={() => setAdding(undefined)}
        />
      )}
      <search className="filters">
        <Search
          label={t('search')}
          value={values.text}
          search={(text) => set({ text })}
          className="filter filter-wide filter-long"
        />
        <Select
          aria-label={t('level')}
          placeholder={t('level')}
          value={values.level || null}
          onChange={(it: string | undefined) => set({ level: it ?? '' })}
          options={LEVELS.map((it) => ({ value: it, label: t(`level.${it}`) }))}
          allowClear
          className="filter"
        />
        {staff.length > 0 && (
          <Select
            aria-label={t('manager')}
            placeholder={t('manager')}
            value={values.owner || null}
            onChange={(it: string | undefined) => set({ owner: it ?? '' })}
            options={staff.map((it) => ({ value: it.id, label: it.name }))}
            showSearch={{ optionFilterProp: 'label' }}
            allowClear
            className="filter"
          />
        )}
        {filtered && (
          <button type="button" className="text-button" onClick={() => set({ text: '', level: '', owner: '' })}>
            {t('house:filter.clear')}
          </button>
        )}
      </search>
      {found.isPending && <Loading rows={12} />}
      {found.error && !found.data && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && (
        <>
          <DataTable
            label={t('title')}
            rows={found.data.items}
            columns={columns.shown}
            idOf={(it) => it.id}
            onOpen={(it) => go(`/customers/${it.id}`)}
            empty={<Empty title={t('none')}>{t(filtered ? 'none_filtered' : 'none_text')}</Empty>}
          />
          <Pager rows={found.data.items.length} next={found.data.next} />
        </>
      )}
    </Page>
  );
}

function useColumns(): Column<Customer>[] {
  const { t } = useTranslation('customer');
  const staffName = useStaffName();
  return [
    {
      key: 'name',
      title: t('name'),
      fixed: true,
      phone: 'head',
      cell: (it) => <Link to={`/customers/${it.id}`}>{it.name}</Link>,
    },
    { key: 'level', title: t('level'), cell: (it) => <Level level={it.level} /> },
    { key: 'phone', title: t('phone'), cell: (it) => it.phone },
    { key: 'email', title: t('email'), cell: (it) => it.email },
    { key: 'owner', title: t('manager'), phone: 'hide', cell: (it) => staffName(it.owner) },
    { key: 'tags', title: t('tags'), phone: 'hide', cell: (it) => (it.tags ?? []).join(t('comma')) },
    {
      key: 'external',
      title: t('external'),
      phone: 'hide',
      cell: (it) => <span className="quiet">{it.external_id}</span>,
    },
    { key: 'updated', title: t('updated'), phone: 'hide', cell: (it) => <At at={it.updated} /> },
  ];
}

export function Level({ level }: { level: Schemas['Level'] | undefined }) {
  const { t } = useTranslation('customer');
  if (!level || level === 'standard') return null;
  return <span className={`level level-${level}`}>{t(`level.${level}`)}</span>;
}
