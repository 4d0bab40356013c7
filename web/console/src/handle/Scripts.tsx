// 话术: what agents put into a reply with one key, by kind and category.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, newId, queries, type Schemas, since } from '../house/api.ts';
import { useCarry } from '../house/carry.ts';
import { type Column, DataTable } from '../house/DataTable.tsx';
import { languageName } from '../house/format.ts';
import { LANGUAGES, language } from '../house/i18n.ts';
import { useTree } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Select } from '../house/Select.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';
import { Beside, Editor, useFault } from '../platform/Editor.tsx';
import { branchName } from '../triage/Trees.tsx';
import { KINDS } from './case.tsx';
import '../platform/settings.css';

type Script = Omit<Schemas['ScriptBody'], 'etag'> & { etag?: string | undefined };

export function Scripts() {
  const { t } = useTranslation('handle');
  const categories = useTree('category');
  const [editing, setEditing] = useState<Script & { isNew?: boolean }>();
  const found = useQuery({ queryKey: ['scripts'], queryFn: () => ask(api.GET('/api/v1/scripts')) });
  const columns: Column<Script>[] = [
    {
      key: 'title',
      title: t('scripts.name'),
      phone: 'head',
      cell: (it) => (
        <button
          type="button"
          className={it.is_archived ? 'text-button inactive' : 'text-button'}
          onClick={() => setEditing(it)}
        >
          {it.title}
        </button>
      ),
    },
    { key: 'body', title: t('scripts.body'), cut: true, cell: (it) => it.body },
    {
      key: 'kinds',
      title: t('cases.kind'),
      cell: (it) =>
        it.kinds.length > 0
          ? it.kinds.map((kind) => t(`word:kind.${kind}`)).join(t('platform:comma'))
          : t('policy.any'),
    },
    {
      key: 'category',
      title: t('labels.category'),
      phone: 'hide',
      cell: (it) => {
        const category = categories.find((one) => one.id === it.category);
        return category ? branchName(category) : '';
      },
    },
    { key: 'language', title: t('scripts.language'), cell: (it) => languageName(it.language) },
  ];
  const shown = editing ? columns.filter((it) => ['title', 'body'].includes(it.key)) : columns;
  return (
    <Page
      title={t('scripts.title')}
      actions={
        <Button
          type="primary"
          onClick={() =>
            setEditing({
              id: newId(),
              title: '',
              body: '',
              language: language(),
              kinds: [],
              is_archived: false,
              isNew: true,
            })
          }
        >
          {t('scripts.add')}
        </Button>
      }
    >
      {found.isPending && <Loading />}
      {found.error && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && (
        <Beside panel={editing && <ScriptForm key={editing.id} it={editing} close={() => setEditing(undefined)} />}>
          <DataTable
            label={t('scripts.title')}
            rows={found.data}
            columns={shown}
            idOf={(it) => it.id}
            {...(editing ? { open: editing.id } : {})}
            onOpen={setEditing}
            empty={<Empty title={t('scripts.none')}>{t('scripts.none_text')}</Empty>}
          />
        </Beside>
      )}
    </Page>
  );
}

function ScriptForm({ it, close }: { it: Script & { isNew?: boolean }; close: () => void }) {
  const { t } = useTranslation('handle');
  const categories = useTree('category');
  const [draft, setDraft] = useState<Script>(it);
  const put = useMutation({
    mutationFn: ({ title, body, language: of, kinds, category, is_archived, etag }: Script) => {
      const input = { title, body, language: of, kinds, category: category ?? null, is_archived };
      const params = { path: { id: it.id }, header: since(etag) };
      return ask(api.PUT('/api/v1/scripts/{id}', { params, body: input }));
    },
    // Also after a refusal: then somebody else has changed it.
    onSettled: () => queries.invalidateQueries({ queryKey: ['scripts'] }),
  });
  const keep = async () => {
    await put.mutateAsync(draft);
    tell(t('platform:kept', { name: draft.title }));
    close();
  };
  const archive = async () => {
    const { etag } = await put.mutateAsync({ ...it, is_archived: !it.is_archived });
    const back = () => put.mutate({ ...it, etag });
    tell(t(it.is_archived ? 'scripts.restored' : 'scripts.archived_now', { name: it.title }), back);
    close();
  };
  const carry = useCarry<Script>({
    first: it,
    draft,
    set: setDraft,
    read: async () => (await ask(api.GET('/api/v1/scripts'))).find((one) => one.id === it.id),
    reset: put.reset,
  });
  const fault = useFault(put.error);
  return (
    <Editor
      title={it.isNew ? t('scripts.add') : it.title}
      close={close}
      keep={() => keep().catch(() => undefined)}
      busy={put.isPending}
      error={put.error}
      carry={carry}
      dirty={draft !== it}
      ready={draft.title.trim() !== '' && draft.body.trim() !== ''}
      more={
        !it.isNew && (
          <Button onClick={() => archive().catch(() => undefined)}>
            {it.is_archived ? t('scripts.restore') : t('scripts.archive')}
          </Button>
        )
      }
    >
      <Field label={t('scripts.name')} fault={fault('title')}>
        {(own) => (
          <Input {...own} value={draft.title} onChange={(event) => setDraft({ ...draft, title: event.target.value })} />
        )}
      </Field>
      <Field label={t('scripts.body')} fault={fault('body')}>
        {(own) => (
          <Input.TextArea
            {...own}
            rows={7}
            value={draft.body}
            onChange={(event) => setDraft({ ...draft, body: event.target.value })}
          />
        )}
      </Field>
      <div className="editor-pair">
        <Field label={t('cases.kind')} fault={fault('kinds')}>
          {(own) => (
            <Select
              {...own}
              mode="multiple"
              value={draft.kinds}
              onChange={(kinds: Schemas['Kind'][]) => setDraft({ ...draft, kinds })}
              options={KINDS.map((kind) => ({ value: kind, label: t(`word:kind.${kind}`) }))}
              placeholder={t('policy.any')}
            />
          )}
        </Field>
        <Field label={t('labels.category')} fault={fault('category')}>
          {(own) => (
            <Select
              {...own}
              value={draft.category ?? null}
              onChange={(category: string | undefined) => setDraft({ ...draft, category: category ?? null })}
              options={categories.map((one) => ({ value: one.id, label: branchName(one) }))}
              placeholder={t('policy.any')}
              showSearch={{ optionFilterProp: 'label' }}
              allowClear
            />
          )}
        </Field>
        <Field label={t('scripts.language')} fault={fault('language')}>
          {(own) => (
            <Select
              {...own}
              value={draft.language}
              onChange={(to) => setDraft({ ...draft, language: to })}
              options={LANGUAGES.map((it) => ({ value: it, label: languageName(it) }))}
            />
          )}
        </Field>
      </div>
    </Editor>
  );
}
