// 单点登录: where the company's own accounts are.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input, Popconfirm, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, queries, type Schemas, Trouble } from '../house/api.ts';
import { Page } from '../house/Page.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';

const KEY = ['sign-on'];

export function SignOn() {
  const { t } = useTranslation('platform');
  const found = useQuery({ queryKey: KEY, queryFn: () => ask(api.GET('/api/v1/sign-on')) });
  if (found.isPending) return <Loading rows={4} />;
  if (found.error) return <Failed error={found.error} again={() => found.refetch()} />;
  return (
    <Page title={t('settings.sign_on')}>
      <p className="quiet">{t('sign_on.what')}</p>
      <Form key={found.data?.issuer ?? ''} it={found.data} />
    </Page>
  );
}

function Form({ it }: { it: Schemas['SignOnBody'] | null }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const [issuer, setIssuer] = useState(it?.issuer ?? '');
  const [client, setClient] = useState(it?.client_id ?? '');
  const [secret, setSecret] = useState('');
  const [matchBy, setMatchBy] = useState<Schemas['MatchBy']>(it?.match_by ?? 'email');
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  const put = useMutation({
    mutationFn: () =>
      ask(
        api.PUT('/api/v1/sign-on', {
          body: { issuer, client_id: client, client_secret: secret || null, match_by: matchBy },
        }),
      ),
    onSuccess: () => {
      setSecret('');
      tell(t('kept', { name: t('settings.sign_on') }));
      refresh();
    },
  });
  const drop = useMutation({ mutationFn: () => ask(api.DELETE('/api/v1/sign-on')), onSuccess: refresh });
  const trouble = put.error ?? drop.error;
  const fault = (field: string) => (put.error instanceof Trouble ? put.error.at(field) : undefined);
  return (
    <form
      className="card settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate();
      }}
    >
      <Field label={t('sign_on.issuer')} fault={fault('issuer')}>
        {(own) => <Input {...own} type="url" value={issuer} onChange={(event) => setIssuer(event.target.value)} />}
      </Field>
      <Field label={t('sign_on.client')} fault={fault('client_id')}>
        {(own) => <Input {...own} value={client} onChange={(event) => setClient(event.target.value)} />}
      </Field>
      <Field label={it?.has_client_secret ? t('sign_on.secret_new') : t('sign_on.secret')} fault={undefined}>
        {(own) => (
          <Input
            {...own}
            type="password"
            autoComplete="off"
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('sign_on.match')} fault={undefined}>
        {(own) => (
          <Select
            {...own}
            value={matchBy}
            onChange={setMatchBy}
            options={[
              { value: 'email', label: t('sign_on.by_email') },
              { value: 'login', label: t('sign_on.by_login') },
            ]}
          />
        )}
      </Field>
      {it && (
        <p className="wide">
          {t('sign_on.redirect')} <code className="code">{it.redirect_uri}</code>
          <br />
          {t('sign_on.address')} <code className="code">{it.address}</code>
        </p>
      )}
      {trouble && (
        <p className="fault" role="alert">
          {said(trouble)}
        </p>
      )}
      <div className="move-foot">
        {it && (
          <Popconfirm title={t('sign_on.drop_sure')} onConfirm={() => drop.mutate()}>
            <Button loading={drop.isPending}>{t('sign_on.drop')}</Button>
          </Popconfirm>
        )}
        <Button type="primary" htmlType="submit" loading={put.isPending} disabled={!issuer.trim() || !client.trim()}>
          {t('keep')}
        </Button>
      </div>
    </form>
  );
}
