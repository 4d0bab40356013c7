// 推送: what happens here is told to other systems, and whether they heard it.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, newId, queries, type Row, type Schemas, Trouble } from '../house/api.ts';
import { type Column, DataTable } from '../house/DataTable.tsx';
import { begin } from '../house/focus.ts';
import { Page } from '../house/Page.tsx';
import { At } from '../house/promise.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { Secret } from './Keys.tsx';

type Webhook = Schemas['WebhookBody'];
type Delivery = Row<Schemas['Page_DeliveryBody']>;

const EVENTS = [
  '*',
  'evaluation.submitted',
  'case.opened',
  'case.changed',
  'case.closed',
  'invitation.sent',
  'invitation.completed',
  'invitation.opted_out',
  'message.send',
];
const LOOK_MS = 10_000;

/** An event in words; its code where it has none. */
function useEventWord(): (event: string) => string {
  const { t } = useTranslation('platform');
  return (event) => (event === '*' ? t('hook.all') : t(`hook.event.${event}`, { defaultValue: event }));
}

export function Webhooks() {
  const { t } = useTranslation('platform');
  const wordOf = useEventWord();
  const [editing, setEditing] = useState<{ id: string; it?: Webhook }>();
  const [opened, setOpened] = useState('');
  const [secret, setSecret] = useState<string>();
  const hooks = useQuery({ queryKey: ['webhooks'], queryFn: () => ask(api.GET('/api/v1/webhooks')) });
  const columns: Column<Webhook>[] = [
    {
      key: 'url',
      title: t('hook.url'),
      phone: 'head',
      cell: (it) => (
        <button
          type="button"
          className={it.active ? 'text-button code' : 'text-button code inactive'}
          onClick={() => setEditing({ id: it.id, it })}
        >
          {it.url}
        </button>
      ),
    },
    { key: 'events', title: t('hook.events'), cell: (it) => it.events.map(wordOf).join(t('comma')) },
    { key: 'active', title: t('hook.state'), cell: (it) => (it.active ? t('hook.on') : t('hook.off')) },
    {
      key: 'deliveries',
      title: t('hook.deliveries'),
      cell: (it) => (
        <Button size="small" onClick={() => setOpened(it.id)}>
          {t('hook.look')}
        </Button>
      ),
    },
  ];
  return (
    <Page
      title={t('settings.webhooks')}
      actions={
        <Button type="primary" onClick={() => setEditing({ id: newId() })}>
          {t('hook.add')}
        </Button>
      }
    >
      {secret && <Secret secret={secret} close={() => setSecret(undefined)} />}
      {editing && (
        <HookForm
          key={editing.id}
          {...editing}
          done={(made) => {
            setSecret(made.secret ?? undefined);
            setEditing(undefined);
          }}
          close={() => setEditing(undefined)}
        />
      )}
      {hooks.isPending && <Loading />}
      {hooks.error && <Failed error={hooks.error} again={() => hooks.refetch()} />}
      {hooks.data && (
        <DataTable
          label={t('settings.webhooks')}
          rows={hooks.data}
          columns={columns}
          idOf={(it) => it.id}
          open={opened}
          empty={<Empty title={t('hook.none')}>{t('hook.none_text')}</Empty>}
        />
      )}
      {opened && <Deliveries id={opened} />}
    </Page>
  );
}

type FormProps = { id: string; it?: Webhook; done: (made: Webhook) => void; close: () => void };

function HookForm({ id, it, done, close }: FormProps) {
  const { t } = useTranslation('platform');
  const wordOf = useEventWord();
  const said = useSaid();
  const [draft, setDraft] = useState({
    url: it?.url ?? 'https://',
    events: it?.events ?? ['*'],
    active: it?.active ?? true,
  });
  const put = useMutation({
    mutationFn: () => ask(api.PUT('/api/v1/webhooks/{id}', { params: { path: { id } }, body: draft })),
    onSuccess: (made) => {
      queries.invalidateQueries({ queryKey: ['webhooks'] });
      done(made);
    },
  });
  const drop = async () => {
    try {
      await ask(api.DELETE('/api/v1/webhooks/{id}', { params: { path: { id } } }));
      tell(t('hook.dropped'));
      queries.invalidateQueries({ queryKey: ['webhooks'] });
      close();
    } catch (error) {
      complain(said(error));
    }
  };
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
      <h2>{it ? t('hook.change') : t('hook.add')}</h2>
      <Field label={t('hook.url')} fault={fault('url')}>
        {(own) => (
          <Input {...own} value={draft.url} onChange={(event) => setDraft({ ...draft, url: event.target.value })} />
        )}
      </Field>
      <Field label={t('hook.events')} fault={fault('events')}>
        {(own) => (
          <Select
            {...own}
            mode="multiple"
            value={draft.events}
            onChange={(events: string[]) => setDraft({ ...draft, events })}
            options={EVENTS.map((one) => ({
              value: one,
              label: one === '*' ? wordOf(one) : `${wordOf(one)} (${one})`,
            }))}
          />
        )}
      </Field>
      <Checkbox checked={draft.active} onChange={(event) => setDraft({ ...draft, active: event.target.checked })}>
        {t('hook.on')}
      </Checkbox>
      {put.error && (
        <p className="fault" role="alert">
          {said(put.error)}
        </p>
      )}
      <div className="move-foot">
        {it && (
          <Button type="text" onClick={drop}>
            {t('hook.drop')}
          </Button>
        )}
        <Button onClick={close}>{t('house:cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={put.isPending} disabled={draft.events.length === 0}>
          {t('keep')}
        </Button>
      </div>
    </form>
  );
}

function Deliveries({ id }: { id: string }) {
  const { t } = useTranslation('platform');
  const wordOf = useEventWord();
  const said = useSaid();
  const found = useQuery({
    queryKey: ['deliveries', id],
    queryFn: () => ask(api.GET('/api/v1/webhooks/{id}/deliveries', { params: { path: { id } } })),
    refetchInterval: LOOK_MS,
  });
  const again = async (delivery: string) => {
    try {
      await ask(api.POST('/api/v1/webhooks/{id}/deliveries/{delivery}/retry', { params: { path: { id, delivery } } }));
      tell(t('job.again'));
      queries.invalidateQueries({ queryKey: ['deliveries', id] });
    } catch (error) {
      complain(said(error));
    }
  };
  const columns: Column<Delivery>[] = [
    { key: 'event', title: t('hook.event'), phone: 'head', cell: (it) => wordOf(it.event) },
    { key: 'status', title: t('hook.answer'), cell: (it) => it.status ?? it.error },
    { key: 'at', title: t('hook.at'), cell: (it) => <At at={it.created} /> },
    {
      key: 'retry',
      title: t('hook.state'),
      cell: (it) => (
        <>
          {it.state === 'queued' && (it.status || it.error) ? t('hook.is.again_soon') : t(`hook.is.${it.state}`)}{' '}
          {it.ended && (
            <Button size="small" onClick={() => again(it.id)}>
              {t('hook.again')}
            </Button>
          )}
        </>
      ),
    },
  ];
  return (
    <section ref={begin} tabIndex={-1} className="deliveries" aria-label={t('hook.deliveries')}>
      <h2>{t('hook.deliveries')}</h2>
      {found.isPending && <Loading rows={3} />}
      {found.error && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && (
        <DataTable
          label={t('hook.deliveries')}
          rows={found.data.items}
          columns={columns}
          idOf={(it) => it.id}
          empty={<Empty title={t('hook.no_deliveries')} />}
        />
      )}
    </section>
  );
}
