// 主题词表: what the reader looks for in the words of customers; the company adds its own.

import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, queries, type Schemas, Trouble } from '../house/api.ts';
import { Page } from '../house/Page.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';
import { Beside, Editor } from '../platform/Editor.tsx';
import { branchName } from './Trees.tsx';
import { type Branch, below, inOrder } from './tree.ts';
import './tree.css';

type Topic = Schemas['TopicBody'];
type Own = Pick<Topic, 'code' | 'name_zh' | 'name_en' | 'parent' | 'words'>;

const SETTING = { params: { path: { key: 'topics' } } };

/** As a branch of a tree, which topics are shown like. */
const branch = (it: Topic): Branch => ({
  id: it.code,
  parent: it.parent ?? null,
  name_zh: it.name_zh,
  name_en: it.name_en,
  words: it.words,
  kinds: [],
  is_archived: false,
});

export function Topics() {
  const { t } = useTranslation('triage');
  const [editing, setEditing] = useState<Topic & { isNew?: boolean }>();
  const found = useQuery({ queryKey: ['topics'], queryFn: () => ask(api.GET('/api/v1/text/topics')) });
  const own = useQuery({
    queryKey: ['setting', 'topics'],
    queryFn: async () => (await ask(api.GET('/api/v1/settings/{key}', SETTING))) as unknown as { own: Own[] },
  });
  const all = found.data ?? [];
  const rows = inOrder(all.map(branch));
  const add = (parent: string | null) =>
    setEditing({ code: '', name_zh: '', name_en: '', parent, words: [], is_built_in: false, isNew: true });
  return (
    <Page
      title={t('topics.title')}
      actions={
        <Button type="primary" onClick={() => add(null)}>
          {t('topics.add')}
        </Button>
      }
    >
      <p className="quiet">{t('topics.text')}</p>
      {found.isPending && <Loading rows={8} />}
      {found.error && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && own.data && (
        <Beside
          panel={
            editing && (
              <TopicForm
                key={editing.code || editing.parent || 'new'}
                it={editing}
                all={all}
                own={own.data.own}
                close={() => setEditing(undefined)}
              />
            )
          }
        >
          {rows.length === 0 ? (
            <div className="card">
              <Empty title={t('topics.none')} />
            </div>
          ) : (
            <ul className="card tree-list">
              {rows.map(({ it, depth }) => {
                const topic = all.find((one) => one.code === it.id);
                return (
                  <li key={it.id} className={it.id === editing?.code ? 'tree-row row-open' : 'tree-row'}>
                    <button
                      type="button"
                      className="tree-open"
                      style={{ paddingLeft: 14 + depth * 22 }}
                      onClick={() => setEditing(topic)}
                    >
                      <b>{branchName(it)}</b>
                      <span className="quiet">
                        {[
                          topic?.is_built_in ? t('topics.built_in') : t('topics.own'),
                          it.words.length > 0 ? t('trees.words_count', { count: it.words.length }) : '',
                        ]
                          .filter(Boolean)
                          .join(' · ')}
                      </span>
                    </button>
                    <Button
                      type="text"
                      icon={<PlusOutlined />}
                      aria-label={t('trees.add_below', { name: branchName(it) })}
                      onClick={() => add(it.id)}
                    />
                  </li>
                );
              })}
            </ul>
          )}
        </Beside>
      )}
    </Page>
  );
}

type FormProps = { it: Topic & { isNew?: boolean }; all: Topic[]; own: Own[]; close: () => void };

function TopicForm({ it, all, own, close }: FormProps) {
  const { t } = useTranslation('triage');
  const [draft, setDraft] = useState<Topic>(it);
  const others = own.filter((one) => one.code !== it.code);
  const put = useMutation({
    mutationFn: (to: Own[]) =>
      ask(api.PUT('/api/v1/settings/{key}', { ...SETTING, body: { own: to } as unknown as Record<string, never> })),
    onSuccess: (now) => {
      queries.setQueryData(['setting', 'topics'], now);
      queries.invalidateQueries({ queryKey: ['topics'] });
    },
  });
  const keep = async (to: Own[], said: string) => {
    await put.mutateAsync(to);
    tell(said, () => put.mutate(own));
    close();
  };
  const { code, name_zh, name_en, parent, words } = draft;
  // The one that is edited is the last of what is sent.
  const fault = (field: string) =>
    put.error instanceof Trouble ? put.error.at(`own.${others.length}.${field}`) : undefined;
  const tree = all.map(branch);
  const parents = inOrder(tree).filter((one) => one.it.id !== it.code && !below(tree, it.code).has(one.it.id));
  const isOwn = own.some((one) => one.code === it.code);
  return (
    <Editor
      title={it.isNew ? t('topics.add') : branchName(branch(it))}
      close={close}
      keep={() =>
        keep(
          [...others, { code, name_zh, name_en, parent: parent ?? null, words }],
          t('platform:kept', { name: branchName(branch(draft)) }),
        ).catch(() => undefined)
      }
      busy={put.isPending}
      error={put.error}
      dirty={draft !== it}
      ready={code.trim() !== '' && name_zh.trim() !== '' && name_en.trim() !== ''}
      more={
        isOwn && (
          <Button
            onClick={() => keep(others, t('topics.removed', { name: branchName(branch(it)) })).catch(() => undefined)}
          >
            {it.is_built_in ? t('topics.reset') : t('topics.remove')}
          </Button>
        )
      }
    >
      <Field label={t('topics.code')} fault={fault('code')}>
        {(own) => (
          <Input
            {...own}
            value={code}
            disabled={!it.isNew}
            onChange={(event) => setDraft({ ...draft, code: event.target.value })}
          />
        )}
      </Field>
      <p className="quiet">{t('topics.code_text')}</p>
      <div className="editor-pair">
        <Field label={t('trees.name_zh')} fault={fault('name_zh')}>
          {(own) => (
            <Input {...own} value={name_zh} onChange={(event) => setDraft({ ...draft, name_zh: event.target.value })} />
          )}
        </Field>
        <Field label={t('trees.name_en')} fault={fault('name_en')}>
          {(own) => (
            <Input {...own} value={name_en} onChange={(event) => setDraft({ ...draft, name_en: event.target.value })} />
          )}
        </Field>
      </div>
      <Field label={t('trees.parent')} fault={fault('parent')}>
        {(own) => (
          <Select
            {...own}
            value={parent ?? null}
            onChange={(to: string | undefined) => setDraft({ ...draft, parent: to ?? null })}
            options={parents.map((one) => ({
              value: one.it.id,
              label: `${'　'.repeat(one.depth)}${branchName(one.it)}`,
            }))}
            placeholder={t('trees.top')}
            allowClear
          />
        )}
      </Field>
      <Field label={t('trees.words')} fault={fault('words')}>
        {(own) => (
          <Select
            {...own}
            mode="tags"
            open={false}
            value={words}
            onChange={(to: string[]) => setDraft({ ...draft, words: to })}
            tokenSeparators={[',', '，', '、', ' ']}
          />
        )}
      </Field>
      <p className="quiet">{t('topics.words_text')}</p>
    </Editor>
  );
}
