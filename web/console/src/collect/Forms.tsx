// 评价表: what customers are asked, and where it stands.

import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, ask, newId, queries, type Schemas } from '../house/api.ts';
import { type Column, DataTable } from '../house/DataTable.tsx';
import { type May, useMay } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { At } from '../house/promise.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { complain } from '../house/toast.tsx';
import { useAddress } from '../house/useAddress.ts';
import { AskRules } from './AskRules.tsx';
import { Funnels, funnelOf, Rate, useFunnel } from './Funnel.tsx';
import { type Form, say } from './form.ts';
import './form.css';

const NAMES = ['tab'] as const;
const TABS = ['forms', 'funnel', 'rules'] as const;

const FORMS = { queryKey: ['forms'], queryFn: () => ask(api.GET('/api/v1/forms')) };

export function ahead(may: (wanted: May) => boolean) {
  queries.prefetchQuery(FORMS);
  if (may('invitations:read')) queries.prefetchQuery(funnelOf('form'));
}

export function Forms() {
  const { t } = useTranslation('collect');
  const may = useMay();
  const go = useNavigate();
  const { values } = useAddress(NAMES);
  const tab = TABS.find((it) => it === values.tab) ?? 'forms';
  const [adding, setAdding] = useState(false);
  const funnel = useFunnel('form');
  const forms = useQuery(FORMS);
  // The rates are a column: without them it would change its width, and on a phone each row its height.
  const waits = forms.isPending || (tab === 'forms' && funnel.isLoading);
  const columns: Column<Form>[] = [
    {
      key: 'title',
      title: t('form.name'),
      phone: 'head',
      cell: (it) => <Link to={`/forms/${it.id}`}>{say(it.draft.title)}</Link>,
    },
    { key: 'purpose', title: t('form.purpose'), cell: (it) => t(`word:purpose.${it.draft.purpose}`) },
    { key: 'state', title: t('form.state'), cell: (it) => <FormState it={it} /> },
    {
      key: 'questions',
      title: t('form.questions'),
      phone: 'named',
      align: 'right',
      cell: (it) => it.draft.questions.length,
    },
    {
      key: 'rate',
      title: t('form.rate'),
      phone: 'named',
      align: 'right',
      cell: (it) => <Rate of={funnel.data?.find((one) => one.part === it.key)} />,
    },
    { key: 'key', title: t('form.key'), phone: 'hide', cell: (it) => <span className="code">{it.key}</span> },
    { key: 'changed', title: t('form.changed'), phone: 'hide', cell: (it) => <At at={it.draft_changed_at} /> },
  ];
  return (
    <Page
      title={t('form.title')}
      actions={
        may('forms:write') && (
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('form.add')}
          </Button>
        )
      }
    >
      <nav className="tabs" aria-label={t('form.title')}>
        {TABS.filter((it) => it !== 'funnel' || may('invitations:read')).map((it) => (
          <Link key={it} className="tab" to={`?tab=${it}`} aria-current={it === tab ? 'page' : undefined}>
            {t(`tab.${it}`)}
          </Link>
        ))}
      </nav>
      {adding && <FromTemplate close={() => setAdding(false)} taken={forms.data?.map((it) => it.key) ?? []} />}
      {waits && <Loading />}
      {forms.error && <Failed error={forms.error} again={() => forms.refetch()} />}
      {forms.data && tab === 'funnel' && <Funnels forms={forms.data} />}
      {forms.data && tab === 'rules' && <AskRules forms={forms.data} />}
      {forms.data && !waits && tab === 'forms' && (
        <DataTable
          label={t('form.title')}
          rows={forms.data}
          columns={columns}
          idOf={(it) => it.id}
          onOpen={(it) => go(`/forms/${it.id}`)}
          empty={<Empty title={t('form.none')}>{t('form.none_text')}</Empty>}
        />
      )}
    </Page>
  );
}

export function FormState({ it }: { it: Form }) {
  const { t } = useTranslation('collect');
  if (it.retired_at) return <span className="tag">{t('form.retired')}</span>;
  if (!it.published_version) return <span className="tag tag-new">{t('form.draft')}</span>;
  return <span className="tag tag-accepted">{t('form.published', { version: it.published_version })}</span>;
}

type Template = Schemas['FormTemplate'];

const BLANK = 'blank';

/** A sheet of paper: what the standard form is, without a word on it. */
function blank(templates: Template[]): Template | undefined {
  const standard = templates.find((it) => it.key === 'standard');
  if (!standard) return undefined;
  return { key: BLANK, content: { ...standard.content, title: {}, intro: {}, thanks: {}, questions: [] } };
}

/** A new form begins as a copy of one that comes with the house, or as nothing. */
function FromTemplate({ close, taken }: { close: () => void; taken: string[] }) {
  const { t } = useTranslation('collect');
  const said = useSaid();
  const go = useNavigate();
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { data = [] } = useQuery({
    queryKey: ['form-templates'],
    queryFn: () => ask(api.GET('/api/v1/form-templates')),
  });
  const make = async () => {
    const template = chosen === BLANK ? blank(data) : data.find((it) => it.key === chosen);
    if (!template) return;
    setBusy(true);
    const id = newId();
    const base = template.key.replaceAll('_', '-');
    let key = base;
    for (let at = 2; taken.includes(key); at += 1) key = `${base}-${at}`;
    try {
      await ask(api.PUT('/api/v1/forms/{id}', { params: { path: { id } }, body: { key, content: template.content } }));
      queries.invalidateQueries({ queryKey: ['forms'] });
      go(`/forms/${id}`);
    } catch (error) {
      complain(said(error));
      setBusy(false);
    }
  };
  return (
    <form
      className="card form-new"
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <Select
        aria-label={t('form.template')}
        placeholder={t('form.template')}
        value={chosen}
        onChange={(to: string) => setChosen(to)}
        options={[
          ...data.map((it) => ({ value: it.key, label: say(it.content.title) })),
          { value: BLANK, label: t('form.blank') },
        ]}
        className="filter-wide"
      />
      <Button type="primary" htmlType="submit" disabled={!chosen} loading={busy}>
        {t('form.copy')}
      </Button>
      <Button onClick={close}>{t('house:cancel')}</Button>
    </form>
  );
}
