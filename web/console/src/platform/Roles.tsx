// 角色: what people may do, and whose things it reaches. Those that come with the product are copied, not changed.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, newId, queries, type Schemas, since } from '../house/api.ts';
import { useCarry } from '../house/carry.ts';
import { type Column, DataTable } from '../house/DataTable.tsx';
import { Help } from '../house/Help.tsx';
import { type May, useMay, useStaff } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { Beside, Editor, useFault } from './Editor.tsx';
import './settings.css';

type Role = Omit<Schemas['RoleBody'], 'etag'> & { etag?: string | undefined };

const REACHES: Schemas['Reach'][] = ['own', 'team_tree', 'all'];

/** What belongs together, in reading order. */
const GROUPS: { name: string; permissions: May[] }[] = [
  { name: 'cases', permissions: ['cases:read', 'cases:act', 'cases:assign', 'cases:verify', 'cases:export'] },
  {
    name: 'evaluations',
    permissions: [
      'evaluations:read',
      'evaluations:write',
      'forms:read',
      'forms:write',
      'invitations:read',
      'invitations:write',
    ],
  },
  {
    name: 'customers',
    permissions: [
      'customers:read',
      'customers:write',
      'customers:reveal',
      'interactions:read',
      'interactions:write',
      'imports:write',
    ],
  },
  { name: 'figures', permissions: ['metrics:read'] },
  {
    name: 'rules',
    permissions: ['policies:write', 'templates:write', 'settings:write', 'staff:read', 'staff:write', 'roles:write'],
  },
  {
    name: 'running',
    permissions: ['api_keys:write', 'webhooks:write', 'jobs:read', 'jobs:retry', 'audit:read'],
  },
];

export function useRoleName() {
  const { t } = useTranslation('word');
  return (it: Pick<Role, 'key' | 'name' | 'built_in'>) => (it.built_in ? t(`role.${it.key}`) : it.name);
}

export function Roles() {
  const { t } = useTranslation('platform');
  const roleName = useRoleName();
  const staff = useStaff();
  const [editing, setEditing] = useState<Role & { isNew?: boolean }>();
  const found = useQuery({ queryKey: ['roles'], queryFn: () => ask(api.GET('/api/v1/roles')) });
  const holders = (id: string) => staff.filter((it) => it.active && it.roles.includes(id)).length;
  const columns: Column<Role>[] = [
    {
      key: 'name',
      title: t('roles.name'),
      phone: 'head',
      cell: (it) => (
        <button type="button" className="text-button" onClick={() => setEditing(it)}>
          {roleName(it)}
        </button>
      ),
    },
    { key: 'reach', title: t('roles.reach'), help: 'reach', cell: (it) => t(`roles.reach.${it.reach}`) },
    {
      key: 'permissions',
      title: t('roles.permissions'),
      align: 'right',
      cell: (it) => t('roles.permission_count', { count: it.permissions.length }),
    },
    {
      key: 'holders',
      title: t('roles.holders'),
      align: 'right',
      cell: (it) => t('roles.holder_count', { count: holders(it.id) }),
    },
    { key: 'built_in', title: t('roles.from'), cell: (it) => t(it.built_in ? 'roles.built_in' : 'roles.own') },
  ];
  const copy = (it?: Role) =>
    setEditing({
      id: newId(),
      key: '',
      name: '',
      permissions: it?.permissions ?? ['cases:read'],
      reach: it?.reach ?? 'own',
      built_in: false,
      isNew: true,
    });
  return (
    <Page
      title={t('settings.roles')}
      actions={
        <Button type="primary" onClick={() => copy()}>
          {t('roles.add')}
        </Button>
      }
    >
      {found.isPending && <Loading />}
      {found.error && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && (
        <Beside
          panel={
            editing && (
              <RoleForm
                key={editing.id}
                it={editing}
                held={holders(editing.id) > 0}
                copy={() => copy(editing)}
                close={() => setEditing(undefined)}
              />
            )
          }
        >
          <DataTable
            label={t('settings.roles')}
            rows={found.data}
            columns={editing ? columns.filter((it) => ['name', 'reach', 'holders'].includes(it.key)) : columns}
            idOf={(it) => it.id}
            {...(editing ? { open: editing.id } : {})}
            onOpen={setEditing}
            empty={<Empty title={t('roles.none')} />}
          />
        </Beside>
      )}
    </Page>
  );
}

type FormProps = { it: Role & { isNew?: boolean }; held: boolean; copy: () => void; close: () => void };

function RoleForm({ it, held, copy, close }: FormProps) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const may = useMay();
  const roleName = useRoleName();
  const [draft, setDraft] = useState<Role>(it);
  const put = useMutation({
    mutationFn: ({ key, name, permissions, reach, etag }: Role) => {
      const params = { path: { id: it.id }, header: since(etag) };
      return ask(api.PUT('/api/v1/roles/{id}', { params, body: { key, name, permissions, reach } }));
    },
    // Also after a refusal: then somebody else has changed it.
    onSettled: () => queries.invalidateQueries({ queryKey: ['roles'] }),
  });
  const keep = async () => {
    await put.mutateAsync(draft);
    tell(t('kept', { name: draft.name }));
    close();
  };
  const drop = async () => {
    try {
      await ask(api.DELETE('/api/v1/roles/{id}', { params: { path: { id: it.id } } }));
      queries.invalidateQueries({ queryKey: ['roles'] });
      tell(t('roles.dropped', { name: it.name }), () => put.mutate({ ...it, etag: undefined }));
      close();
    } catch (error) {
      complain(said(error));
    }
  };
  const carry = useCarry<Role>({
    first: it,
    draft,
    set: setDraft,
    read: async () => (await ask(api.GET('/api/v1/roles'))).find((one) => one.id === it.id),
    reset: put.reset,
  });
  const fault = useFault(put.error);
  const turn = (permission: May, on: boolean) => {
    const others = draft.permissions.filter((one) => one !== permission);
    setDraft({ ...draft, permissions: on ? [...others, permission] : others });
  };
  return (
    <Editor
      title={it.isNew ? t('roles.add') : roleName(it)}
      close={close}
      keep={() => keep().catch(() => undefined)}
      busy={put.isPending}
      error={put.error}
      carry={carry}
      dirty={draft !== it}
      ready={!it.built_in && draft.key.trim() !== '' && draft.name.trim() !== '' && draft.permissions.length > 0}
      more={
        !it.isNew && (
          <>
            <Button onClick={copy}>{t('roles.copy')}</Button>
            {!it.built_in && (
              <Button onClick={drop} disabled={held} title={held ? t('roles.held') : ''}>
                {t('roles.drop')}
              </Button>
            )}
          </>
        )
      }
    >
      {it.built_in ? (
        <p className="quiet">{t('roles.built_in_text')}</p>
      ) : (
        <div className="editor-pair">
          <Field label={t('roles.name')} fault={fault('name')}>
            {(own) => (
              <Input
                {...own}
                value={draft.name}
                onChange={(event) => setDraft({ ...draft, name: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('roles.key')} fault={fault('key')}>
            {(own) => (
              <Input
                {...own}
                value={draft.key}
                placeholder="night_shift"
                onChange={(event) => setDraft({ ...draft, key: event.target.value })}
              />
            )}
          </Field>
        </div>
      )}
      <Field label={t('roles.reach')} help="reach" fault={fault('reach')}>
        {(own) => (
          <Select
            {...own}
            value={draft.reach}
            disabled={it.built_in}
            onChange={(reach) => setDraft({ ...draft, reach })}
            options={REACHES.map((one) => ({ value: one, label: t(`roles.reach.${one}`) }))}
          />
        )}
      </Field>
      {fault('permissions') && <p className="field-fault">{fault('permissions')}</p>}
      {GROUPS.map((group) => (
        <fieldset key={group.name} className="role-group">
          <legend>{t(`roles.group.${group.name}`)}</legend>
          {group.permissions.map((one) => {
            const has = draft.permissions.includes(one);
            return (
              <div key={one} className="role-permission">
                <Checkbox
                  checked={has}
                  // Nobody gives what they do not have themselves.
                  disabled={it.built_in || (!has && !may(one))}
                  onChange={(event) => turn(one, event.target.checked)}
                >
                  {t(`may.${one.replace(':', '.')}`)}
                </Checkbox>
                <Help of={`permission.${one.replace(':', '.')}`} name={t(`may.${one.replace(':', '.')}`)} />
              </div>
            );
          })}
        </fieldset>
      ))}
    </Editor>
  );
}
