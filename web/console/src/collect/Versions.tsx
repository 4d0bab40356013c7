// What was published when and by whom, what changed from one version to the next, and publishing the next.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, queries, type Schemas } from '../house/api.ts';
import { begin } from '../house/focus.ts';
import { useMay, useStaffName } from '../house/me.tsx';
import { At } from '../house/promise.tsx';
import { useSetting } from '../house/setting.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { useConditionWords } from './Conditions.tsx';
import { type Content, type Form, say } from './form.ts';

type Version = Schemas['VersionBody'];

function useVersions(id: string, enabled = true) {
  return useQuery({
    queryKey: ['form', id, 'versions'],
    queryFn: () => ask(api.GET('/api/v1/forms/{id}/versions', { params: { path: { id } } })),
    enabled,
  });
}

export function Versions({ it }: { it: Form }) {
  const { t } = useTranslation('collect');
  const versions = useVersions(it.id);
  const staffName = useStaffName();
  const [open, setOpen] = useState<number>();
  if (versions.isPending) return <Loading rows={3} />;
  if (versions.error) return <Failed error={versions.error} again={() => versions.refetch()} />;
  const all = versions.data;
  const by = ({ published_by }: Version) => ('id' in published_by ? staffName(published_by.id) : '');
  return (
    <>
      {all.length === 0 && <p className="quiet">{t('version.none')}</p>}
      <ol className="versions">
        {all.map((one, at) => {
          const before = all[at + 1];
          return (
            <li key={one.version}>
              <p>
                <b>{t('form.published', { version: one.version })}</b>{' '}
                <span className="quiet">
                  <At at={one.published_at} /> {by(one)}
                </span>
              </p>
              {before && (
                <button
                  type="button"
                  className="text-button"
                  aria-expanded={open === one.version}
                  onClick={() => setOpen(open === one.version ? undefined : one.version)}
                >
                  {t('version.changes', { version: before.version })}
                </button>
              )}
              {before && open === one.version && (
                <Difference
                  id={it.id}
                  from={before.version}
                  to={one.version}
                  older={before.content}
                  newer={one.content}
                />
              )}
            </li>
          );
        })}
      </ol>
      <Retire it={it} />
    </>
  );
}

/** Takes the form away from customers, or brings it back; what was answered stays. */
function Retire({ it }: { it: Form }) {
  const { t } = useTranslation('collect');
  const said = useSaid();
  const may = useMay()('forms:write');
  const retire = useMutation({
    mutationFn: (retired: boolean) =>
      ask(api.POST('/api/v1/forms/{id}/retire', { params: { path: { id: it.id } }, body: { retired } })),
    onSuccess: (_, retired) => {
      tell(t(retired ? 'retire.done' : 'retire.undone'), () => retire.mutate(!retired));
      queries.invalidateQueries({ queryKey: ['form', it.id] });
      queries.invalidateQueries({ queryKey: ['forms'] });
    },
    onError: (error) => complain(said(error)),
  });
  if (!may || !it.published_version) return null;
  return (
    <div className="retire">
      <p className="quiet">{t(it.retired_at ? 'retire.is' : 'retire.what')}</p>
      <Button onClick={() => retire.mutate(!it.retired_at)} loading={retire.isPending}>
        {t(it.retired_at ? 'retire.back' : 'retire.do')}
      </Button>
    </div>
  );
}

type DifferenceProps = { id: string; from: number; to?: number; older: Content; newer: Content; at?: string };

/** Question by question, with the words before and after; `to` absent is the draft as kept `at`. */
function Difference({ id, from, to, older, newer, at }: DifferenceProps) {
  const { t } = useTranslation('collect');
  const changes = useQuery({
    queryKey: ['form', id, 'difference', from, to ?? at],
    queryFn: () => {
      const query = { from, ...(to === undefined ? {} : { to }) };
      return ask(api.GET('/api/v1/forms/{id}/difference', { params: { path: { id }, query } }));
    },
  });
  const words = useConditionWords(newer.questions);
  if (changes.isPending) return <Loading rows={2} />;
  if (changes.error) return <Failed error={changes.error} again={() => changes.refetch()} />;
  if (changes.data.length === 0) return <p className="quiet">{t('version.same')}</p>;
  const question = (content: Content, key: string) => content.questions.find((one) => one.key === key);
  const text = (key: string) => say((question(newer, key) ?? question(older, key))?.text) || key;
  const fields = (names: string[]) => names.map((one) => t(`fact.${one}`)).join(t('comma'));
  return (
    <ul className="changes">
      {changes.data.map((one) => {
        if (one.change === 'form') return <li key="form">{t('version.form', { fields: fields(one.fields) })}</li>;
        const said = t(`version.${one.change}`, { text: text(one.question) });
        if (one.change !== 'changed') return <li key={`${one.change} ${one.question}`}>{said}</li>;
        const [before, after] = [question(older, one.question), question(newer, one.question)];
        const rest = one.fields.filter((it) => it !== 'text');
        return (
          <li key={`changed ${one.question}`}>
            {said}
            {one.fields.includes('text') && (
              <p>
                <del>{say(before?.text)}</del> <ins>{say(after?.text)}</ins>
              </p>
            )}
            {rest.length > 0 && <p className="quiet">{fields(rest)}</p>}
            {rest.includes('show_if') && after?.show_if && (
              <p className="quiet">{t('cond.shown_if', { condition: words(after.show_if) })}</p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const ROUNDS = ['first', 'vip', 'after_rectification', 'cooling_off', 'relationship'] as const;

type PublishProps = { it: Form; faulty: boolean; busy: boolean; publish: () => void; close: () => void };

/** Before it is done: what changes, for whom, and what stays as it is. The draft has been kept. */
export function Publish({ it, faulty, busy, publish, close }: PublishProps) {
  const { t } = useTranslation('collect');
  const from = it.published_version ?? undefined;
  const versions = useVersions(it.id, from !== undefined);
  const older = versions.data?.find((one) => one.version === from);
  const forms = useSetting<{ forms: Record<string, string> }>('invitations').data?.value.forms ?? {};
  const rounds = ROUNDS.filter((round) => forms[round] === it.key);
  const levels = it.draft.levels ?? [];
  return (
    <section ref={begin} tabIndex={-1} className="publish" aria-label={t('publish.title')}>
      <h2>{t('publish.title')}</h2>
      {from === undefined && <p>{t('publish.first')}</p>}
      {from !== undefined && older && (
        <Difference id={it.id} from={from} older={older.content} newer={it.draft} at={it.draft_changed_at} />
      )}
      <h3>{t('publish.whom')}</h3>
      <ul className="changes">
        <li>{t('publish.link')}</li>
        {rounds.map((one) => (
          <li key={one}>{t('publish.round', { round: t(one === 'vip' ? 'rules.vip' : `word:round.${one}`) })}</li>
        ))}
        <li>
          {levels.length > 0
            ? t('publish.levels', { levels: levels.map((one) => t(`customer:level.${one}`)).join(t('comma')) })
            : t('publish.everybody')}
        </li>
        {from !== undefined && <li>{t('publish.stays', { version: from })}</li>}
      </ul>
      {faulty && <p className="finding finding-error">{t('publish.faulty')}</p>}
      <div className="move-foot">
        <Button onClick={close}>{t('house:cancel')}</Button>
        <Button type="primary" onClick={publish} loading={busy} disabled={faulty}>
          {t('publish.now', { version: (from ?? 0) + 1 })}
        </Button>
      </div>
    </section>
  );
}
