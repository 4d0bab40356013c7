// 接口密钥 and 推送: the doors for programs. A secret is shown once, and never again.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, newId, queries, type Schemas, Trouble } from '../house/api.ts';
import { useCopy } from '../house/copy.ts';
import { type Column, DataTable } from '../house/DataTable.tsx';
import { begin } from '../house/focus.ts';
import { useMe, useStaffName } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { At } from '../house/promise.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';

type Key = Schemas['ApiKeyBody'];

export function Keys() {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const staffName = useStaffName();
  const [adding, setAdding] = useState<string>();
  const [secret, setSecret] = useState<string>();
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => ask(api.GET('/api/v1/api-keys')) });
  const revoke = async (it: Key) => {
    try {
      await ask(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id: it.id } } }));
      tell(t('key.revoked_now', { name: it.name }));
      queries.invalidateQueries({ queryKey: ['keys'] });
    } catch (error) {
      complain(said(error));
    }
  };
  const columns: Column<Key>[] = [
    {
      key: 'name',
      title: t('key.name'),
      phone: 'head',
      cell: (it) => <span className={it.revoked ? 'inactive' : ''}>{it.name}</span>,
    },
    {
      key: 'may',
      title: t('key.may'),
      cut: true,
      cell: (it) => <span className="code">{it.permissions.join(' ')}</span>,
    },
    { key: 'by', title: t('key.by'), phone: 'hide', cell: (it) => staffName(it.created_by) },
    { key: 'used', title: t('key.used'), cell: (it) => (it.last_used ? <At at={it.last_used} /> : t('key.never')) },
    {
      key: 'revoke',
      title: t('key.state'),
      cell: (it) =>
        it.revoked ? (
          t('key.revoked')
        ) : (
          <Button size="small" onClick={() => revoke(it)}>
            {t('key.revoke')}
          </Button>
        ),
    },
  ];
  return (
    <Page
      title={t('settings.keys')}
      actions={
        <Button type="primary" onClick={() => setAdding(newId())}>
          {t('key.add')}
        </Button>
      }
    >
      {secret && <Secret secret={secret} close={() => setSecret(undefined)} />}
      {adding && (
        <KeyForm
          id={adding}
          done={(made) => {
            setSecret(made.secret ?? undefined);
            setAdding(undefined);
          }}
          close={() => setAdding(undefined)}
        />
      )}
      {keys.isPending && <Loading />}
      {keys.error && <Failed error={keys.error} again={() => keys.refetch()} />}
      {keys.data && (
        <DataTable
          label={t('settings.keys')}
          rows={keys.data}
          columns={columns}
          idOf={(it) => it.id}
          empty={<Empty title={t('key.none')}>{t('key.none_text')}</Empty>}
        />
      )}
    </Page>
  );
}

/** Shown once: it is stored only as its hash. */
export function Secret({ secret, close }: { secret: string; close: () => void }) {
  const { t } = useTranslation('platform');
  const copy = useCopy();
  return (
    <section ref={begin} tabIndex={-1} className="card secret" aria-label={t('secret.title')}>
      <p>{t('secret.text')}</p>
      <code>{secret}</code>
      <Button onClick={() => copy(secret, t('secret.copied'))}>{t('secret.copy')}</Button>
      <Button type="text" onClick={close}>
        {t('house:close')}
      </Button>
    </section>
  );
}

function KeyForm({ id, done, close }: { id: string; done: (made: Key) => void; close: () => void }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const { permissions } = useMe();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Schemas['Permission'][]>([]);
  const put = useMutation({
    mutationFn: () =>
      ask(api.PUT('/api/v1/api-keys/{id}', { params: { path: { id } }, body: { name, permissions: chosen } })),
    onSuccess: (made) => {
      queries.invalidateQueries({ queryKey: ['keys'] });
      done(made);
    },
  });
  const fault = (field: string) => (put.error instanceof Trouble ? put.error.at(field) : undefined);
  return (
    <form
      ref={begin}
      className="card settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate();
      }}
    >
      <h2>{t('key.add')}</h2>
      <Field label={t('key.name')} fault={fault('name')}>
        {(own) => <Input {...own} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <div className="wide">
        <Field label={t('key.may')} fault={fault('permissions')}>
          {(own) => (
            <Select
              {...own}
              mode="multiple"
              value={chosen}
              onChange={setChosen}
              options={permissions.map((it) => ({ value: it, label: it }))}
            />
          )}
        </Field>
      </div>
      {put.error && (
        <p className="fault" role="alert">
          {said(put.error)}
        </p>
      )}
      <div className="move-foot">
        <Button onClick={close}>{t('house:cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={put.isPending} disabled={!name.trim() || chosen.length === 0}>
          {t('keep')}
        </Button>
      </div>
    </form>
  );
}
