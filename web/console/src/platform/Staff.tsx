// 员工与团队: who works here, where, and what they may do.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, newId, queries, type Schemas, Trouble } from '../house/api.ts';
import { type Column, DataTable } from '../house/DataTable.tsx';
import { begin } from '../house/focus.ts';
import { languageName } from '../house/format.ts';
import { LANGUAGES, language } from '../house/i18n.ts';
import { useMay, useMe, useMyId, useStaffRead, useTeamName, useTeams } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Select } from '../house/Select.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';
import { NewPassword } from './NewPassword.tsx';

type Person = Schemas['Staff'];

function useRoles() {
  const { t } = useTranslation('word');
  const { data = [] } = useQuery({ queryKey: ['roles'], queryFn: () => ask(api.GET('/api/v1/roles')) });
  return data.map((it) => ({ ...it, said: it.built_in ? t(`role.${it.key}`) : it.name }));
}

export function Staff() {
  const { t } = useTranslation('platform');
  const staff = useStaffRead();
  const teamName = useTeamName();
  const roles = useRoles();
  const may = useMay();
  const [editing, setEditing] = useState<{ id: string; it?: Person }>();
  const [team, setTeam] = useState<string>();
  const columns: Column<Person>[] = [
    {
      key: 'name',
      title: t('staff.name'),
      phone: 'head',
      cell: (it) => (
        <button
          type="button"
          className={it.active ? 'text-button' : 'text-button inactive'}
          onClick={() => setEditing({ id: it.id, it })}
        >
          {it.name}
        </button>
      ),
    },
    { key: 'number', title: t('staff.number'), phone: 'named', cell: (it) => it.number },
    { key: 'login', title: t('staff.login'), phone: 'named', cell: (it) => <span className="code">{it.login}</span> },
    { key: 'team', title: t('staff.team'), cell: (it) => teamName(it.team) },
    {
      key: 'roles',
      title: t('staff.roles'),
      cell: (it) =>
        roles
          .filter((one) => it.roles.includes(one.id))
          .map((one) => one.said)
          .join(t('comma')),
    },
    { key: 'email', title: t('staff.email'), phone: 'hide', cell: (it) => it.email },
    {
      key: 'active',
      title: t('staff.state'),
      phone: 'hide',
      cell: (it) => (it.active ? t('staff.active') : t('staff.left')),
    },
  ];
  return (
    <Page
      title={t('settings.staff')}
      actions={
        may('staff:write') && (
          <>
            <Button onClick={() => setTeam(newId())}>{t('team.add')}</Button>
            <Button type="primary" onClick={() => setEditing({ id: newId() })}>
              {t('staff.add')}
            </Button>
          </>
        )
      }
    >
      {team && <TeamForm id={team} close={() => setTeam(undefined)} />}
      {editing && <PersonForm key={editing.id} {...editing} roles={roles} close={() => setEditing(undefined)} />}
      {staff.isPending && <Loading rows={12} />}
      {staff.error && !staff.data && <Failed error={staff.error} again={() => staff.refetch()} />}
      {staff.data && (
        <DataTable
          label={t('settings.staff')}
          rows={staff.data}
          columns={columns}
          idOf={(it) => it.id}
          onOpen={(it) => setEditing({ id: it.id, it })}
          empty={<Empty title={t('staff.none')} />}
        />
      )}
    </Page>
  );
}

function TeamForm({ id, close }: { id: string; close: () => void }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const teams = useTeams();
  const [name, setName] = useState('');
  const [parent, setParent] = useState<string | null>(null);
  const put = useMutation({
    mutationFn: () => ask(api.PUT('/api/v1/teams/{id}', { params: { path: { id } }, body: { name, parent } })),
    onSuccess: () => {
      tell(t('kept', { name }));
      queries.invalidateQueries({ queryKey: ['teams'] });
      close();
    },
  });
  return (
    <form
      ref={begin}
      className="card settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate();
      }}
    >
      <h2>{t('team.add')}</h2>
      <Field label={t('team.name')} fault={undefined}>
        {(own) => <Input {...own} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label={t('team.parent')} fault={undefined}>
        {(own) => (
          <Select
            {...own}
            value={parent}
            onChange={(to: string | undefined) => setParent(to ?? null)}
            options={teams.map((it) => ({ value: it.id, label: it.name }))}
            allowClear
          />
        )}
      </Field>
      {put.error && (
        <p className="fault" role="alert">
          {said(put.error)}
        </p>
      )}
      <div className="move-foot">
        <Button onClick={close}>{t('house:cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={put.isPending} disabled={!name.trim()}>
          {t('keep')}
        </Button>
      </div>
    </form>
  );
}

type PersonProps = { id: string; it?: Person; roles: { id: string; said: string }[]; close: () => void };

function PersonForm({ id, it, roles, close }: PersonProps) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const teams = useTeams();
  const [draft, setDraft] = useState<Schemas['PutStaff']>(() => ({
    login: it?.login ?? '',
    name: it?.name ?? '',
    number: it?.number ?? '',
    email: it?.email ?? null,
    team: it?.team ?? null,
    roles: it?.roles ?? [],
    language: it?.language ?? language(),
    active: it?.active ?? true,
    password: null,
  }));
  const put = useMutation({
    mutationFn: () => ask(api.PUT('/api/v1/staff/{id}', { params: { path: { id } }, body: draft })),
    onSuccess: () => {
      tell(t('kept', { name: draft.name }));
      queries.invalidateQueries({ queryKey: ['staff'] });
      close();
    },
  });
  const may = useMay();
  const { tenant } = useMe();
  const myId = useMyId();
  const reset = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/staff/{id}/second-factor', { params: { path: { id } } })),
    onSuccess: () => tell(t('factor.was_reset', { name: draft.name })),
  });
  const fault = (field: string) => (put.error instanceof Trouble ? put.error.at(field) : undefined);
  const text = (field: 'name' | 'number' | 'login' | 'email') => (
    <Field label={t(`staff.${field}`)} fault={fault(field)}>
      {(own) => (
        <Input
          {...own}
          autoComplete="off"
          value={draft[field] ?? ''}
          onChange={(event) => setDraft({ ...draft, [field]: event.target.value || (field === 'email' ? null : '') })}
        />
      )}
    </Field>
  );
  return (
    <form
      ref={begin}
      className="card settings-form"
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate();
      }}
    >
      <h2>{it ? it.name : t('staff.add')}</h2>
      {text('name')}
      {text('number')}
      {text('login')}
      {text('email')}
      <Field label={t('staff.team')} fault={fault('team')}>
        {(own) => (
          <Select
            {...own}
            value={draft.team ?? null}
            onChange={(team: string | undefined) => setDraft({ ...draft, team: team ?? null })}
            options={teams.map((one) => ({ value: one.id, label: one.name }))}
            allowClear
          />
        )}
      </Field>
      <Field label={t('staff.roles')} fault={fault('roles')}>
        {(own) => (
          <Select
            {...own}
            mode="multiple"
            value={draft.roles}
            onChange={(chosen: string[]) => setDraft({ ...draft, roles: chosen })}
            options={roles.map((one) => ({ value: one.id, label: one.said }))}
          />
        )}
      </Field>
      <Field label={t('staff.language')} fault={fault('language')}>
        {(own) => (
          <Select
            {...own}
            value={draft.language}
            onChange={(to) => setDraft({ ...draft, language: to })}
            options={LANGUAGES.map((it) => ({ value: it, label: languageName(it) }))}
          />
        )}
      </Field>
      <NewPassword
        label={t(it ? 'staff.password_new' : 'staff.password')}
        value={draft.password ?? ''}
        set={(password) => setDraft({ ...draft, password: password || null })}
        known={[draft.login, draft.name, tenant.slug, tenant.name]}
        fault={fault('password')}
        note={it?.id === myId ? undefined : t('staff.password_ends')}
      />
      <Checkbox checked={draft.active} onChange={(event) => setDraft({ ...draft, active: event.target.checked })}>
        {t('staff.may_sign_in')}
      </Checkbox>
      {(put.error ?? reset.error) && (
        <p className="fault" role="alert">
          {said(put.error ?? reset.error)}
        </p>
      )}
      <div className="move-foot">
        {it && may('staff:write') && (
          <Popconfirm title={t('factor.reset_sure', { name: it.name })} onConfirm={() => reset.mutate()}>
            <Button loading={reset.isPending}>{t('factor.reset')}</Button>
          </Popconfirm>
        )}
        <Button onClick={close}>{t('house:cancel')}</Button>
        <Button
          type="primary"
          htmlType="submit"
          loading={put.isPending}
          disabled={!draft.name.trim() || !draft.login.trim()}
        >
          {t('keep')}
        </Button>
      </div>
    </form>
  );
}
