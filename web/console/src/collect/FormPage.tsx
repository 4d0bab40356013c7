// One form: its questions in every language side by side, what the linter finds, the real page, its link.

import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api, ask, queries, type Schemas } from '../house/api.ts';
import { useMay } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { FormLink } from './FormLink.tsx';
import { FormState, say } from './Forms.tsx';
import './form.css';

type Form = Schemas['FormBody'];
type Content = Schemas['FormContent'];
type Question = Schemas['Question'];

const TYPES = ['csat', 'nps', 'ces', 'single', 'multiple', 'text', 'number', 'date', 'contact', 'consent'] as const;
type Type = (typeof TYPES)[number];
/** How long the hand rests before the linter looks. */
const REST_MS = 600;

export function FormPage() {
  const { id = '' } = useParams();
  const form = useQuery({
    queryKey: ['form', id],
    queryFn: () => ask(api.GET('/api/v1/forms/{id}', { params: { path: { id } } })),
  });
  if (form.data) return <Designer key={id} it={form.data} />;
  return form.error ? <Failed error={form.error} again={() => form.refetch()} /> : <Loading rows={10} />;
}

function Designer({ it }: { it: Form }) {
  const { t } = useTranslation('collect');
  const said = useSaid();
  const may = useMay()('forms:write') && !it.retired_at;
  const [content, setContent] = useState<Content>(it.draft);
  const dirty = content !== it.draft;
  const check = useCheck(content);
  const keep = useMutation({
    mutationFn: () =>
      ask(api.PUT('/api/v1/forms/{id}', { params: { path: { id: it.id } }, body: { key: it.key, content } })),
    onSuccess: (kept) => {
      queries.setQueryData(['form', it.id], { ...kept, draft: content });
      queries.invalidateQueries({ queryKey: ['forms'] });
    },
    onError: (error) => complain(said(error)),
  });
  const publish = useMutation({
    mutationFn: async () => {
      if (dirty) await keep.mutateAsync();
      return ask(api.POST('/api/v1/forms/{id}/publish', { params: { path: { id: it.id } } }));
    },
    onSuccess: (version) => {
      tell(t('form.published_now', { version: version.version }));
      queries.invalidateQueries({ queryKey: ['form', it.id] });
      queries.invalidateQueries({ queryKey: ['forms'] });
    },
    onError: (error) => complain(said(error)),
  });
  const set = (questions: Question[]) => setContent({ ...content, questions });
  const change = (at: number, to: Question) => set(content.questions.map((one, index) => (index === at ? to : one)));
  const move = (at: number, by: -1 | 1) => {
    const questions = [...content.questions];
    const [one] = questions.splice(at, 1);
    if (one) questions.splice(at + by, 0, one);
    set(questions);
  };
  const faulty = (check?.problems.length ?? 0) > 0;

  return (
    <Page
      title={say(content.title)}
      actions={
        <>
          <FormState it={it} />
          {may && (
            <>
              <Button onClick={() => keep.mutate()} disabled={!dirty} loading={keep.isPending && !publish.isPending}>
                {dirty ? t('form.keep') : t('form.kept')}
              </Button>
              <Button type="primary" onClick={() => publish.mutate()} loading={publish.isPending} disabled={faulty}>
                {t('form.publish')}
              </Button>
            </>
          )}
        </>
      }
    >
      <div className="designer">
        <div className="designer-canvas">
          <Findings of={null} check={check} />
          <section className="card question">
            <h2>{t('form.head')}</h2>
            <Texts
              label={t('form.name')}
              languages={content.languages}
              value={content.title}
              may={may}
              set={(title) => setContent({ ...content, title })}
            />
            <Texts
              label={t('form.intro')}
              languages={content.languages}
              value={content.intro ?? {}}
              may={may}
              set={(intro) => setContent({ ...content, intro })}
            />
          </section>
          <ol>
            {content.questions.map((one, at) => (
              <li key={one.key}>
                <QuestionCard
                  it={one}
                  at={at}
                  last={at === content.questions.length - 1}
                  languages={content.languages}
                  may={may}
                  check={check}
                  change={(to) => change(at, to)}
                  move={(by) => move(at, by)}
                  drop={() => {
                    const before = content.questions;
                    set(before.filter((other) => other.key !== one.key));
                    tell(t('form.dropped'), () => setContent((now) => ({ ...now, questions: before })));
                  }}
                />
              </li>
            ))}
          </ol>
          {may && <Add content={content} add={(question) => set([...content.questions, question])} />}
        </div>
        <aside className="designer-side">
          {it.published_version && !it.retired_at ? (
            <FormLink id={it.id} />
          ) : (
            <p className="card form-hint quiet">{t('form.link_later')}</p>
          )}
        </aside>
      </div>
    </Page>
  );
}

type Check = Schemas['CheckBody'] | undefined;

/** What is wrong and what could be better, a moment after the hand rests. */
function useCheck(content: Content): Check {
  const [rested, setRested] = useState(content);
  useEffect(() => {
    const timer = setTimeout(() => setRested(content), REST_MS);
    return () => clearTimeout(timer);
  }, [content]);
  const { data } = useQuery({
    queryKey: ['form-check', rested],
    queryFn: () => ask(api.POST('/api/v1/form-check', { body: rested })),
    placeholderData: (before) => before,
    gcTime: 0,
  });
  return data;
}

/** On the question they are about; those of the whole form at its head. */
function Findings({ of, at, check }: { of: string | null; at?: number; check: Check }) {
  const problems = check?.problems.filter((it) => {
    const place = /^questions\.(\d+)/.exec(it.field ?? '')?.[1];
    return of === null ? place === undefined : Number(place) === at;
  });
  const findings = check?.findings.filter((it) => (it.question ?? null) === of);
  if (!problems?.length && !findings?.length) return null;
  return (
    <ul className="findings">
      {problems?.map((it) => (
        <li key={`${it.code} ${it.field}`} className="finding finding-error">
          {it.message}
        </li>
      ))}
      {findings?.map((it) => (
        <li key={`${it.code} ${it.message}`} className={`finding finding-${it.severity}`}>
          {it.message}
        </li>
      ))}
    </ul>
  );
}

type TextsProps = {
  label: string;
  languages: string[];
  value: Record<string, string>;
  may: boolean;
  set: (to: Record<string, string>) => void;
};

/** One text, its languages side by side. */
function Texts({ label, languages, value, may, set }: TextsProps) {
  return (
    <div className="texts">
      {languages.map((one) => (
        <Input
          key={one}
          aria-label={`${label} ${one}`}
          placeholder={`${label} · ${one}`}
          lang={one}
          value={value[one] ?? ''}
          readOnly={!may}
          onChange={(event) => set({ ...value, [one]: event.target.value })}
        />
      ))}
    </div>
  );
}

type CardProps = {
  it: Question;
  at: number;
  last: boolean;
  languages: string[];
  may: boolean;
  check: Check;
  change: (to: Question) => void;
  move: (by: -1 | 1) => void;
  drop: () => void;
};

function QuestionCard({ it, at, last, languages, may, check, change, move, drop }: CardProps) {
  const { t } = useTranslation('collect');
  const options = it.type === 'single' || it.type === 'multiple' ? it.options : undefined;
  const setOptions = (to: Schemas['FormChoice'][]) => change({ ...it, options: to } as Question);
  return (
    <section
      className="card question"
      aria-label={say(it.text)}
      onKeyDown={(event) => {
        // The keyboard's way of dragging.
        if (!may || !event.altKey || !['ArrowUp', 'ArrowDown'].includes(event.key)) return;
        event.preventDefault();
        if (event.key === 'ArrowUp' && at > 0) move(-1);
        if (event.key === 'ArrowDown' && !last) move(1);
      }}
    >
      <header>
        <span className="quiet">
          {at + 1} · {t(`type.${it.type}`)}
          {it.show_if && ` · ${t('form.conditional')}`}
        </span>
        {may && (
          <span className="question-tools">
            <button
              type="button"
              className="icon-button"
              onClick={() => move(-1)}
              disabled={at === 0}
              aria-label={t('form.up')}
            >
              <ArrowUpOutlined />
            </button>
            <button
              type="button"
              className="icon-button"
              onClick={() => move(1)}
              disabled={last}
              aria-label={t('form.down')}
            >
              <ArrowDownOutlined />
            </button>
            <button type="button" className="icon-button" onClick={drop} aria-label={t('form.drop')}>
              <DeleteOutlined />
            </button>
          </span>
        )}
      </header>
      <Texts
        label={t('form.question')}
        languages={languages}
        value={it.text}
        may={may}
        set={(text) => change({ ...it, text })}
      />
      {options?.map((one, index) => (
        <div key={one.key} className="option">
          <Texts
            label={t('form.option', { n: index + 1 })}
            languages={languages}
            value={one.text}
            may={may}
            set={(text) => setOptions(options.map((other) => (other.key === one.key ? { ...one, text } : other)))}
          />
          {may && (
            <button
              type="button"
              className="icon-button"
              aria-label={t('form.drop_option', { n: index + 1 })}
              onClick={() => setOptions(options.filter((other) => other.key !== one.key))}
            >
              <DeleteOutlined />
            </button>
          )}
        </div>
      ))}
      {may && (
        <footer>
          <Checkbox
            checked={it.required ?? false}
            onChange={(event) => change({ ...it, required: event.target.checked })}
          >
            {t('form.required')}
          </Checkbox>
          {options && (
            <button
              type="button"
              className="text-button"
              onClick={() => setOptions([...options, { key: freeKey('option', options), text: {} }])}
            >
              {t('form.add_option')}
            </button>
          )}
        </footer>
      )}
      <Findings of={it.key} at={at} check={check} />
    </section>
  );
}

/** A key that is not taken: of what it is, and a number. */
function freeKey(word: string, taken: { key: string }[]): string {
  let at = taken.length + 1;
  while (taken.some((it) => it.key === `${word}_${at}`)) at += 1;
  return `${word}_${at}`;
}

function Add({ content, add }: { content: Content; add: (question: Question) => void }) {
  const { t } = useTranslation('collect');
  const make = (type: Type): Question => {
    const base = { key: freeKey(type, content.questions), text: {} };
    const options = [1, 2].map((at) => ({ key: `option_${at}`, text: {} }));
    return (type === 'single' || type === 'multiple' ? { ...base, type, options } : { ...base, type }) as Question;
  };
  return (
    <Select
      aria-label={t('form.add_question')}
      placeholder={t('form.add_question')}
      value={null}
      onChange={(type: Type | null) => type && add(make(type))}
      options={TYPES.map((it) => ({ value: it, label: t(`type.${it}`) }))}
      className="filter-wide"
    />
  );
}
