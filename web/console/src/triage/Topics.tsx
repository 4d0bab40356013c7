// 主题词表: what the reader looks for in the words of customers; the company adds its own.

import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, askMarked, type Marked, queries, type Schemas, since, Trouble } from '../house/api.ts';
import { Page } from '../house/Page.tsx';
import { Select } from '../house/Select.tsx';
import { useSetting } from '../house/setting.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';
import { Beside, Editor } from '../platform/Editor.tsx';
import { branchName } from './Trees.tsx';
import { type Branch, below, inBoth, inOrder } from './tree.ts';
import './tree.css';

type Topic = Schemas['TopicBody'];
type Own = Pick<Topic, 'code' | 'name_zh' | 'name_en' | 'parent' | 'words'>;
/** The company's part of the code book. */
type Book = { own: Own[]; hidden: string[] };

const PATH = { key: 'topics' };

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
  const own = useSetting<Book>('topics');
  const all = found.data ?? [];
  const rows = inOrder(all.map(branch));
  const add = (parent: string | null) =>
    setEditing({
      code: '',
      name_zh: '',
      name_en: '',
      parent,
      words: [],
      is_built_in: false,
      is_hidden: false,
      isNew: true,
    });
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
                book={own.data}
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
                      <b className={topic?.is_hidden ? 'inactive' : ''}>{branchName(it)}</b>
                      <span className="quiet">
                        {[
                          topic?.is_built_in ? t('topics.built_in') : t('topics.own'),
                          topic?.is_hidden ? t('topics.hidden') : '',
                          it.words.length > 0 ? t('trees.words_count', { count: it.words.length }) : '',
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
                );
              })}
            </ul>
          )}
        </Beside>
      )}
    </Page>
  );
}

type FormProps = { it: Topic & { isNew?: boolean }; all: Topic[]; book: Marked<Book>; close: () => void };

function TopicForm({ it, all, book, close }: FormProps) {
  const { t } = useTranslation('triage');
  const [draft, setDraft] = useState<Topic>(it);
  const { own, hidden } = book.value;
  const others = own.filter((one) => one.code !== it.code);
  const put = useMutation({
    mutationFn: ({ value, etag }: Marked<Book>) => {
      const params = { path: PATH, header: since(etag) };
      return askMarked<Book>(
        api.PUT('/api/v1/settings/{key}', { params, body: value as unknown as Record<string, never> }),
      );
    },
    onSuccess: (now) => {
      queries.setQueryData(['setting', 'topics'], now);
      queries.invalidateQueries({ queryKey: ['topics'] });
    },
  });
  const keep = async (to: Partial<Book>, said: string) => {
    const { etag } = await put.mutateAsync({ value: { own, hidden, ...to }, etag: book.etag });
    tell(said, () => put.mutate({ value: { own, hidden }, etag }));
    close();
  };
  // What is in hand here is one topic: the others are as they are then.
  const carry = async () => {
    await Promise.all([['setting', 'topics'], ['topics']].map((queryKey) => queries.refetchQueries({ queryKey })));
    put.reset();
    tell(t('platform:editor.carried'));
  };
  const { code, name_zh, name_en, parent, words } = draft;
  const names = inBoth(name_zh, name_en);
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
          { own: [...others, { code, ...names, parent: parent ?? null, words }] },
          t('platform:kept', { name: branchName(names) }),
        ).catch(() => undefined)
      }
      busy={put.isPending}
      error={put.error}
      carry={carry}
      dirty={draft !== it}
      ready={code.trim() !== '' && (name_zh.trim() !== '' || name_en.trim() !== '')}
      more={
        <>
          {it.is_built_in && (
            <Button
              onClick={() =>
                keep(
                  { hidden: it.is_hidden ? hidden.filter((one) => one !== code) : [...hidden, code] },
                  t(it.is_hidden ? 'topics.is_shown' : 'topics.is_hidden', { name: branchName(branch(it)) }),
                ).catch(() => undefined)
              }
            >
              {t(it.is_hidden ? 'topics.show' : 'topics.hide')}
            </Button>
          )}
          {isOwn && (
            <Button
              onClick={() =>
                keep({ own: others }, t('topics.removed', { name: branchName(branch(it)) })).catch(() => undefined)
              }
            >
              {it.is_built_in ? t('topics.reset') : t('topics.remove')}
            </Button>
          )}
        </>
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
            <Input
              {...own}
              lang="zh-CN"
              value={name_zh}
              onChange={(event) => setDraft({ ...draft, name_zh: event.target.value })}
            />
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
