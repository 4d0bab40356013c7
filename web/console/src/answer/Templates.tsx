// 消息模板: what customers and staff are written, in both languages, seen with an example while it is changed.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, queries, type Schemas, since, Trouble } from '../house/api.ts';
import { useCarry } from '../house/carry.ts';
import { type Column, DataTable } from '../house/DataTable.tsx';
import { languageName } from '../house/format.ts';
import { Page } from '../house/Page.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { Beside, Editor, useFault } from '../platform/Editor.tsx';
import './template.css';

type Template = Schemas['TemplateBody'];

const REST_MS = 400;
const rowKey = (it: Template) => `${it.key} ${it.language}`;

export function Templates() {
  const { t } = useTranslation('answer');
  const [open, setOpen] = useState<string>();
  const found = useQuery({ queryKey: ['templates'], queryFn: () => ask(api.GET('/api/v1/templates')) });
  const editing = found.data?.find((it) => rowKey(it) === open);
  const columns: Column<Template>[] = [
    {
      key: 'key',
      title: t('templates.message'),
      phone: 'head',
      cell: (it) => (
        <button type="button" className="text-button" onClick={() => setOpen(rowKey(it))}>
          {t(`template.${it.key}`)}
        </button>
      ),
    },
    { key: 'language', title: t('templates.language'), cell: (it) => languageName(it.language) },
    {
      key: 'subject',
      title: t('templates.subject'),
      cut: true,
      cell: (it) => <span lang={it.language}>{it.subject}</span>,
    },
    {
      key: 'own',
      title: t('templates.wording'),
      cell: (it) => <span className="quiet">{it.own ? t('templates.own') : t('templates.house')}</span>,
    },
  ];
  return (
    <Page title={t('templates.title')}>
      {found.isPending && <Loading />}
      {found.error && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && (
        <Beside panel={editing && <TemplateForm key={open} it={editing} close={() => setOpen(undefined)} />}>
          <DataTable
            label={t('templates.title')}
            rows={found.data}
            columns={editing ? columns.filter((it) => it.key !== 'own') : columns}
            idOf={rowKey}
            {...(open ? { open } : {})}
            onOpen={(it) => setOpen(rowKey(it))}
            empty={null}
          />
        </Beside>
      )}
    </Page>
  );
}

function TemplateForm({ it: now, close }: { it: Template; close: () => void }) {
  const { t } = useTranslation('answer');
  const said = useSaid();
  // What was opened is what is changed, whatever comes in meanwhile.
  const [it, setIt] = useState(now);
  const path = { key: it.key, language: it.language };
  const [subject, setSubject] = useState(it.subject);
  const [body, setBody] = useState(it.body);
  const area = useRef<HTMLDivElement>(null);
  const put = useMutation({
    mutationFn: ({ etag, ...body }: Schemas['PutTemplate'] & { etag?: string }) =>
      ask(api.PUT('/api/v1/templates/{key}/{language}', { params: { path, header: since(etag) }, body })),
    // Also after a refusal: then somebody else has changed it.
    onSettled: () => queries.invalidateQueries({ queryKey: ['templates'] }),
  });
  const keep = async () => {
    await put.mutateAsync({ subject, body, etag: it.etag });
    tell(t('platform:kept', { name: t(`template.${it.key}`) }));
    close();
  };
  const reset = async () => {
    try {
      await ask(api.DELETE('/api/v1/templates/{key}/{language}', { params: { path } }));
      queries.invalidateQueries({ queryKey: ['templates'] });
      tell(t('templates.reset_now'), () => put.mutate({ subject: it.subject, body: it.body }));
      close();
    } catch (error) {
      complain(said(error));
    }
  };
  const carry = useCarry<Template>({
    first: now,
    draft: { ...it, subject, body },
    set: (to) => {
      setIt(to);
      setSubject(to.subject);
      setBody(to.body);
    },
    read: async () => (await ask(api.GET('/api/v1/templates'))).find((one) => rowKey(one) === rowKey(it)),
    reset: put.reset,
  });
  const fault = useFault(put.error);
  /** Puts a name where the cursor is. */
  const insert = (name: string) => {
    const field = area.current?.querySelector('textarea');
    const [from, to] = [field?.selectionStart ?? body.length, field?.selectionEnd ?? body.length];
    setBody(`${body.slice(0, from)}{{ ${name} }}${body.slice(to)}`);
    field?.focus();
  };
  return (
    <Editor
      title={t(`template.${it.key}`)}
      close={close}
      keep={() => keep().catch(() => undefined)}
      busy={put.isPending}
      error={put.error}
      carry={carry}
      dirty={subject !== it.subject || body !== it.body}
      ready={body.trim() !== ''}
      more={it.own && <Button onClick={reset}>{t('templates.reset')}</Button>}
    >
      <Field label={t('templates.subject')} fault={fault('subject')}>
        {(own) => (
          <Input {...own} lang={it.language} value={subject} onChange={(event) => setSubject(event.target.value)} />
        )}
      </Field>
      <div ref={area}>
        <Field label={t('templates.body')} fault={fault('body')}>
          {(own) => (
            <Input.TextArea
              {...own}
              lang={it.language}
              rows={10}
              value={body}
              onChange={(event) => setBody(event.target.value)}
            />
          )}
        </Field>
      </div>
      <fieldset className="variables">
        <legend>{t('templates.variables')}</legend>
        {it.variables.map((one) => (
          <Button key={one.name} size="small" onClick={() => insert(one.name)} title={`{{ ${one.name} }}`}>
            {t(`variable.${one.name}`)}
          </Button>
        ))}
      </fieldset>
      <Preview it={it} subject={subject} body={body} />
    </Editor>
  );
}

/** What would be sent, with the examples in it; asked when the hand rests. */
function Preview({ it, subject, body }: { it: Template; subject: string; body: string }) {
  const { t } = useTranslation('answer');
  const said = useSaid();
  const [asked, setAsked] = useState({ subject, body });
  useEffect(() => {
    const rest = setTimeout(() => setAsked({ subject, body }), REST_MS);
    return () => clearTimeout(rest);
  }, [subject, body]);
  const { data, error } = useQuery({
    queryKey: ['template-preview', it.key, it.language, asked],
    queryFn: () =>
      ask(
        api.POST('/api/v1/templates/{key}/{language}/preview', {
          params: { path: { key: it.key, language: it.language } },
          body: asked,
        }),
      ),
    placeholderData: (before) => before,
    retry: false,
  });
  const wrong = error instanceof Trouble ? (error.at('body') ?? error.at('subject') ?? said(error)) : undefined;
  return (
    <section className="template-preview" aria-label={t('templates.preview')}>
      <h3>{t('templates.preview')}</h3>
      {wrong ? (
        <p className="field-fault" role="alert">
          {wrong}
        </p>
      ) : (
        data && (
          <>
            <p>
              <b lang={it.language}>{data.subject}</b>
            </p>
            <p className="template-text" lang={it.language}>
              {data.body}
            </p>
          </>
        )
      )}
    </section>
  );
}
