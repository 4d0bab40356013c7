// Who a customer is: for a new one, and to correct one.

import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, type Schemas, Trouble } from '../house/api.ts';
import { begin } from '../house/focus.ts';
import { Help } from '../house/Help.tsx';
import { useStaff } from '../house/me.tsx';
import { Select } from '../house/Select.tsx';
import { useSaid } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';

const LEVELS: Schemas['Level'][] = ['standard', 'key', 'vip'];

type Props = { id: string; it?: Schemas['CustomerBody']; done: (id: string) => void; close: () => void };

export function CustomerForm({ id, it, done, close }: Props) {
  const { t } = useTranslation('customer');
  const said = useSaid();
  const staff = useStaff();
  const [draft, setDraft] = useState<Schemas['PutCustomer']>(() => ({
    name: it?.name ?? '',
    phone: it?.phone ?? null,
    email: it?.email ?? null,
    level: it?.level ?? 'standard',
    owner: it?.owner ?? null,
    tags: it?.tags ?? [],
    external_id: it?.external_id ?? null,
    language: it?.language ?? null,
    ...(it?.fields ? { fields: it.fields } : {}),
  }));
  const put = useMutation({
    mutationFn: () => ask(api.PUT('/api/v1/customers/{id}', { params: { path: { id } }, body: draft })),
    onSuccess: (kept) => {
      tell(t('kept', { name: kept.name }));
      done(kept.id);
    },
  });
  const fault = (field: string) => (put.error instanceof Trouble ? put.error.at(field) : undefined);
  const text = (field: 'name' | 'phone' | 'email' | 'external_id') => (
    <Field label={t(FIELDS[field])} fault={fault(field)}>
      {(own) => (
        <Input
          {...own}
          value={draft[field] ?? ''}
          onChange={(event) => setDraft({ ...draft, [field]: event.target.value || (field === 'name' ? '' : null) })}
        />
      )}
    </Field>
  );
  return (
    <form
      ref={begin}
      className="card customer-form"
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate();
      }}
    >
      <h2>{it ? t('correct') : t('add')}</h2>
      <div className="customer-fields">
        {text('name')}
        {text('phone')}
        {text('email')}
        <Field label={t('level')} fault={fault('level')}>
          {(own) => (
            <Select
              {...own}
              value={draft.level ?? 'standard'}
              onChange={(level) => setDraft({ ...draft, level })}
              options={LEVELS.map((one) => ({ value: one, label: t(`level.${one}`) }))}
            />
          )}
        </Field>
        <Field label={t('manager')} fault={fault('owner')}>
          {(own) => (
            <Select
              {...own}
              value={draft.owner ?? null}
              onChange={(owner: string | undefined) => setDraft({ ...draft, owner: owner ?? null })}
              options={staff.filter((one) => one.active).map((one) => ({ value: one.id, label: one.name }))}
              showSearch={{ optionFilterProp: 'label' }}
              allowClear
            />
          )}
        </Field>
        <Field label={t('tags')} fault={fault('tags')}>
          {(own) => (
            <Select
              {...own}
              mode="tags"
              value={draft.tags ?? []}
              onChange={(tags: string[]) => setDraft({ ...draft, tags })}
              open={false}
            />
          )}
        </Field>
        {text('external_id')}
      </div>
      {put.error && (
        <p className="fault" role="alert">
          {said(put.error)}
        </p>
      )}
      <div className="move-foot">
        <Button onClick={close}>{t('house:cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={put.isPending} disabled={!draft.name.trim()}>
          {t('keep')}
        </Button>
      </div>
    </form>
  );
}

const FIELDS = { name: 'name', phone: 'phone', email: 'email', external_id: 'external' } as const;

type Own = { id: string; status?: 'error'; 'aria-describedby'?: string };

/** A field with its name above and what is wrong with it below. */
export function Field({
  label,
  help,
  fault,
  children,
}: {
  label: string;
  /** What it means, by its key among the server's words. */
  help?: string;
  fault: string | undefined;
  children: (own: Own) => React.ReactNode;
}) {
  const id = useId();
  return (
    <div className="field">
      <span>
        <label htmlFor={id}>{label}</label>
        {help && <Help of={help} name={label} />}
      </span>
      {children({ id, ...(fault ? { status: 'error' as const, 'aria-describedby': `${id}-fault` } : {}) })}
      {fault && (
        <span className="field-fault" id={`${id}-fault`}>
          {fault}
        </span>
      )}
    </div>
  );
}
