// One evaluation beside the list: the words large, then the scores, then what became of it.

import { CloseOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { type Case, Score, StateTag } from '../handle/case.tsx';
import { Labels } from '../handle/Labels.tsx';
import { api, ask, type Row, type Schemas } from '../house/api.ts';
import { moment } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useMay, useStaffName } from '../house/me.tsx';
import { PromiseLine } from '../house/promise.tsx';
import { Failed, Loading } from '../house/states.tsx';
import { type Because, Why } from '../triage/Why.tsx';
import './collect.css';

export function EvaluationPanel({ id, row, close }: Props) {
  const { t } = useTranslation('collect');
  const found = useQuery({
    queryKey: ['evaluation', id],
    queryFn: () => ask(api.GET('/api/v1/evaluations/{id}', { params: { path: { id } } })),
    enabled: !row,
  });
  const it = row ?? found.data;
  const box = useRef<HTMLElement>(null);
  // What was opened is gone on with; where it was opened, one goes back to.
  useEffect(() => {
    const before = document.activeElement;
    box.current?.focus({ preventScroll: true });
    return () => {
      const held = before instanceof HTMLElement && before !== document.body && before.isConnected;
      const back = held ? before : document.querySelector<HTMLElement>('.table-box');
      back?.focus({ preventScroll: true });
    };
  }, []);
  useEffect(() => {
    const press = (event: KeyboardEvent) => event.key === 'Escape' && close();
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [close]);
  return (
    <aside ref={box} tabIndex={-1} className="card panel" aria-label={t('evaluations.one')}>
      <button type="button" className="icon-button panel-close" onClick={close} aria-label={t('house:close')}>
        <CloseOutlined aria-hidden />
      </button>
      {it ? (
        <Body it={it} name={row?.customer_name ?? null} />
      ) : found.error ? (
        <Failed error={found.error} />
      ) : (
        <Loading />
      )}
    </aside>
  );
}

type Props = { id: string; row: Row<Schemas['Page_EvaluationRow']> | undefined; close: () => void };

function Body({ it, name }: { it: Schemas['Evaluation']; name: string | null }) {
  const { t } = useTranslation('collect');
  const staffName = useStaffName();
  const { csat, nps, ces, dimensions } = it.scores;
  const facts = [
    t(`word:round.${it.round}`),
    t(`word:channel.${it.channel}`),
    staffName(it.staff),
    it.receipt,
    moment(it.submitted_at),
  ];
  return (
    <>
      <h2 className="panel-who">
        <Score score={csat} /> {name ?? t(it.anonymous ? 'anonymous' : 'house:unknown_customer')}
      </h2>
      <p className="quiet">{facts.filter(Boolean).join(' · ')}</p>
      <blockquote className="panel-said">{it.comment || <span className="quiet">{t('said_nothing')}</span>}</blockquote>
      <dl className="panel-scores">
        {typeof nps === 'number' && (
          <div>
            <dt>{t('panel.nps')}</dt>
            <dd>{t('panel.of', { value: nps, max: 10 })}</dd>
          </div>
        )}
        {typeof ces === 'number' && (
          <div>
            <dt>{t('panel.ces')}</dt>
            <dd>{t('panel.of', { value: ces, max: 7 })}</dd>
          </div>
        )}
        {Object.entries(dimensions).map(([key, value]) => (
          <div key={key}>
            <dt>{t(`word:dimension.${key}`)}</dt>
            <dd>{key === 'solved' ? t(value === 1 ? 'panel.no' : 'panel.yes') : <Score score={value} />}</dd>
          </div>
        ))}
      </dl>
      <Answers it={it} />
      {it.case && <OfCase id={it.case} />}
    </>
  );
}

/** What was chosen, in the words of the form that asked. */
function Answers({ it }: { it: Schemas['Evaluation'] }) {
  const { t } = useTranslation('collect');
  const may = useMay()('forms:read');
  const { data } = useQuery({
    queryKey: ['form-version', it.form, it.form_version],
    queryFn: () =>
      ask(
        api.GET('/api/v1/forms/{id}/versions/{version}', {
          params: { path: { id: it.form, version: it.form_version } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: may,
  });
  const say = (words: Record<string, string>) => words[language()] ?? Object.values(words)[0] ?? '';
  const answers = it.answers as Record<string, unknown>;
  const chosen = (data?.content.questions ?? []).flatMap((question) => {
    if (question.type !== 'single' && question.type !== 'multiple') return [];
    const given = [answers[question.key]].flat();
    const options = question.options.filter((one) => given.includes(one.key));
    return options.length > 0
      ? [{ key: question.key, text: say(question.text), options: options.map((one) => say(one.text)) }]
      : [];
  });
  if (chosen.length === 0) return null;
  return (
    <dl className="panel-answers">
      {chosen.map((one) => (
        <div key={one.key}>
          <dt>{one.text}</dt>
          <dd>{one.options.join(t('comma'))}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The case it opened: where it stands, why it was labelled so, and correcting that here. */
function OfCase({ id }: { id: string }) {
  const { t } = useTranslation('collect');
  const may = useMay();
  const go = useNavigate();
  const { data } = useQuery({
    queryKey: ['case', id],
    queryFn: () => ask(api.GET('/api/v1/cases/{id}', { params: { path: { id } } })),
    enabled: may('cases:read'),
    retry: false,
  });
  if (!data) return null;
  return (
    <section className="panel-case">
      <h3>
        <Link to={`/cases/${id}`}>{t('panel.case', { number: data.number })}</Link> <StateTag state={data.state} />
      </h3>
      {data.next && <PromiseLine next={data.next} />}
      <Labels it={data} may={may('cases:act')} />
      <Why because={evidence(data)} evaluation={data.rounds[0]?.evaluation} />
      <Button type="primary" onClick={() => go(`/cases/${id}`)}>
        {t('panel.open')}
      </Button>
    </section>
  );
}

function evidence(it: Case): Because[] {
  const opened = it.timeline.find((entry) => entry.what === 'opened' && entry.case === it.id);
  return (opened?.event as { because?: Because[] } | undefined)?.because ?? [];
}
