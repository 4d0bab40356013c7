// 分类与原因: the two trees cases are labelled by. A branch is archived, never deleted: old cases keep it.

import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { KINDS } from '../handle/case.tsx';
import { api, ask, newId, queries, type Schemas, since } from '../house/api.ts';
import { useCarry } from '../house/carry.ts';
import { language } from '../house/i18n.ts';
import { useTeamName, useTeams } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Select } from '../house/Select.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';
import { useAddress } from '../house/useAddress.ts';
import { Beside, Editor, useFault } from '../platform/Editor.tsx';
import { type Branch, below, inBoth, inOrder } from './tree.ts';
import './tree.css';

type Tree = Schemas['Tree'];

const TREES: Tree[] = ['category', 'cause'];

export const branchName = (it: Pick<Branch, 'name_zh' | 'name_en'>) => (language() === 'en' ? it.name_en : it.name_zh);

export function Trees() {
  const { t } = useTranslation('triage');
  const { values, set } = useAddress(['tree', 'archived'] as const);
  const tree = TREES.find((it) => it === values.tree) ?? 'category';
  const teamName = useTeamName();
  const [editing, setEditing] = useState<Branch & { isNew?: boolean }>();
  const found = useQuery({
    queryKey: ['tree', tree],
    queryFn: () => ask(api.GET('/api/v1/trees/{tree}', { params: { path: { tree } } })),
  });
  const all = found.data ?? [];
  const rows = inOrder(all).filter(({ it }) => values.archived === 'yes' || !it.is_archived);
  const add = (parent: string | null) =>
    setEditing({
      id: newId(),
      parent,
      name_zh: '',
      name_en: '',
      words: [],
      kinds: [],
      is_archived: false,
      isNew: true,
    });
  return (
    <Page
      title={t('trees.title')}
      help={`tree.${tree}`}
      actions={
        <Button type="primary" onClick={() => add(null)}>
          {t(`trees.add.${tree}`)}
        </Button>
      }
    >
      <nav className="tree-tabs" aria-label={t('trees.which')}>
        {TREES.map((it) => (
          <button
            key={it}
            type="button"
            className="tab"
            aria-pressed={it === tree}
            onClick={() => {
              setEditing(undefined);
              set({ tree: it });
            }}
          >
            {t(`trees.${it}`)}
          </button>
        ))}
        <label className="tree-archived">
          <input
            type="checkbox"
            checked={values.archived === 'yes'}
            onChange={(event) => set({ archived: event.target.checked ? 'yes' : '' })}
          />
          {t('trees.show_archived')}
        </label>
      </nav>
      {found.isPending && <Loading rows={8} />}
      {found.error && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && (
        <Beside
          panel={
            editing && (
              <BranchForm key={editing.id} tree={tree} it={editing} all={all} close={() => setEditing(undefined)} />
            )
          }
        >
          {rows.length === 0 ? (
            <div className="card">
              <Empty title={t('trees.none')}>{t(`trees.none_text.${tree}`)}</Empty>
            </div>
          ) : (
            <ul className="card tree-list">
              {rows.map(({ it, depth }) => (
                <li key={it.id} className={it.id === editing?.id ? 'tree-row row-open' : 'tree-row'}>
                  <button
                    type="button"
                    className="tree-open"
                    style={{ paddingLeft: 14 + depth * 22 }}
                    onClick={() => setEditing(it)}
                  >
                    <b className={it.is_archived ? 'inactive' : ''}>{branchName(it)}</b>
                    <span className="quiet">
                      {[
                        ...it.kinds.map((kind) => t(`word:kind.${kind}`)),
                        it.team ? teamName(it.team) : '',
                        it.words.length > 0 ? t('trees.words_count', { count: it.words.length }) : '',
                        it.is_archived ? t('trees.archived') : '',
                      ]
                        .filter(Boolean)
                        .join(' · ')}
                    </span>
                  </button>
                  <Button
                    type="text"
                    icon={<PlusOutlined aria-hidden />}
                    aria-label={t('trees.add_below', { name: branchName(it) })}
                    onClick={() => add(it.id)}
                  />
                </li>
              ))}
            </ul>
          )}
        </Beside>
      )}
    </Page>
  );
}

type FormProps = { tree: Tree; it: Branch & { isNew?: boolean }; all: Branch[]; close: () => void };

function BranchForm({ tree, it, all, close }: FormProps) {
  const { t } = useTranslation('triage');
  const teams = useTeams();
  const [draft, setDraft] = useState(it);
  const put = useMutation({
    mutationFn: ({ name_zh, name_en, parent, words, kinds, team, is_archived, etag }: Branch) => {
      const body = {
        ...inBoth(name_zh, name_en),
        parent: parent ?? null,
        words,
        kinds,
        team: team ?? null,
        is_archived,
      };
      const params = { path: { tree, id: it.id }, header: since(etag) };
      return ask(api.PUT('/api/v1/trees/{tree}/{id}', { params, body }));
    },
    // Also after a refusal: then somebody else has changed it.
    onSettled: () => queries.invalidateQueries({ queryKey: ['tree', tree] }),
  });
  const keep = async (branch: Branch) => {
    await put.mutateAsync(branch);
    tell(t('platform:kept', { name: branchName({ ...branch, ...inBoth(branch.name_zh, branch.name_en) }) }));
    close();
  };
  const archive = async () => {
    const { etag } = await put.mutateAsync({ ...it, is_archived: !it.is_archived });
    const back = () => put.mutate({ ...it, etag });
    tell(t(it.is_archived ? 'trees.restored' : 'trees.archived_now', { name: branchName(it) }), back);
    close();
  };
  const carry = useCarry<Branch>({
    first: it,
    draft,
    set: setDraft,
    read: async () => {
      const now = await ask(api.GET('/api/v1/trees/{tree}', { params: { path: { tree } } }));
      return now.find((one) => one.id === it.id);
    },
    reset: put.reset,
  });
  const fault = useFault(put.error);
  // A branch does not hang on itself, nor on what hangs on it.
  const parents = inOrder(all).filter((one) => one.it.id !== it.id && !below(all, it.id).has(one.it.id));
  return (
    <Editor
      title={it.isNew ? t(`trees.add.${tree}`) : branchName(it)}
      close={close}
      keep={() => keep(draft).catch(() => undefined)}
      busy={put.isPending}
      error={put.error}
      carry={carry}
      dirty={draft !== it}
      ready={draft.name_zh.trim() !== '' || draft.name_en.trim() !== ''}
      more={
        !it.isNew && (
          <Button onClick={() => archive().catch(() => undefined)}>
            {it.is_archived ? t('trees.restore') : t('trees.archive')}
          </Button>
        )
      }
    >
      <div className="editor-pair">
        <Field label={t('trees.name_zh')} fault={fault('name_zh')}>
          {(own) => (
            <Input
              {...own}
              lang="zh-CN"
              value={draft.name_zh}
              onChange={(event) => setDraft({ ...draft, name_zh: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('trees.name_en')} fault={fault('name_en')}>
          {(own) => (
            <Input
              {...own}
              value={draft.name_en}
              onChange={(event) => setDraft({ ...draft, name_en: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Field label={t('trees.parent')} fault={fault('parent')}>
        {(own) => (
          <Select
            {...own}
            value={draft.parent ?? null}
            onChange={(parent: string | undefined) => setDraft({ ...draft, parent: parent ?? null })}
            options={parents.map((one) => ({
              value: one.it.id,
              label: `${'　'.repeat(one.depth)}${branchName(one.it)}`,
            }))}
            placeholder={t('trees.top')}
            allowClear
          />
        )}
      </Field>
      {tree === 'category' && (
        <>
          <Field label={t('trees.words')} help="tree.words" fault={fault('words')}>
            {(own) => (
              <Select
                {...own}
                mode="tags"
                open={false}
                value={draft.words}
                onChange={(words: string[]) => setDraft({ ...draft, words })}
                tokenSeparators={[',', '，', '、', ' ']}
              />
            )}
          </Field>
          <p className="quiet">{t('trees.words_text')}</p>
          <Field label={t('trees.kinds')} fault={fault('kinds')}>
            {(own) => (
              <Select
                {...own}
                mode="multiple"
                value={draft.kinds}
                onChange={(kinds: Schemas['Kind'][]) => setDraft({ ...draft, kinds })}
                options={KINDS.map((kind) => ({ value: kind, label: t(`word:kind.${kind}`) }))}
                placeholder={t('trees.kinds_all')}
              />
            )}
          </Field>
          <Field label={t('trees.team')} help="tree.team" fault={fault('team')}>
            {(own) => (
              <Select
                {...own}
                value={draft.team ?? null}
                onChange={(team: string | undefined) => setDraft({ ...draft, team: team ?? null })}
                options={teams.map((one) => ({ value: one.id, label: one.name }))}
                placeholder={t('trees.team_of_parent')}
                allowClear
              />
            )}
          </Field>
        </>
      )}
    </Editor>
  );
}
