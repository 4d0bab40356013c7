// One form: kinds of question on the left, the form in the middle, on the right what is chosen, the real
// page on a phone, its way to customers, its versions.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api, ask, queries } from '../house/api.ts';
import { useMay } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { Canvas } from './Canvas.tsx';
import { useCheck } from './Findings.tsx';
import { FormLink } from './FormLink.tsx';
import { FormState } from './Forms.tsx';
import { FunnelOf } from './Funnel.tsx';
import { type Form, make, say, type Type } from './form.ts';
import { Palette } from './Palette.tsx';
import { Preview } from './Preview.tsx';
import { Properties } from './Properties.tsx';
import { useFormDraft } from './useFormDraft.ts';
import { Publish, Versions } from './Versions.tsx';
import './form.css';

const SIDES = ['properties', 'phone', 'link', 'funnel', 'versions'] as const;
type Side = (typeof SIDES)[number] | 'publish';

const beside = window.matchMedia('(min-width: 1101px)');
const follow = (tell: () => void) => {
  beside.addEventListener('change', tell);
  return () => beside.removeEventListener('change', tell);
};

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
  const allowed = useMay();
  const may = allowed('forms:write') && !it.retired_at;
  const isWide = useSyncExternalStore(follow, () => beside.matches);
  const { content, setContent, dirty, keep, overtaken, takeTheirs, keepMine } = useFormDraft(it, may);
  const check = useCheck(content);
  const [chosen, setChosen] = useState('');
  const [side, setSide] = useState<Side>(may ? 'properties' : 'phone');
  const fresh = useRef('');
  // A new question is begun by its words.
  useEffect(() => {
    if (fresh.current) document.querySelector<HTMLElement>(`#question-${fresh.current} textarea`)?.focus();
    fresh.current = '';
  });

  const faulty = (check?.problems.length ?? 0) > 0;
  const publish = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/forms/{id}/publish', { params: { path: { id: it.id } } })),
    onSuccess: (version) => {
      tell(t('form.published_now', { version: version.version }));
      queries.invalidateQueries({ queryKey: ['form', it.id] });
      queries.invalidateQueries({ queryKey: ['forms'] });
      setSide('link');
    },
    onError: (error) => complain(said(error)),
  });
  const review = async () => {
    try {
      if (dirty) await keep.mutateAsync(content);
      setSide('publish');
    } catch {
      // Said where it was kept.
    }
  };
  const choose = (key: string) => {
    setChosen(key);
    if (key !== chosen && side !== 'publish') setSide('properties');
  };
  const add = (type: Type, gap: number) => {
    const question = make(type, content.questions);
    const questions = [...content.questions];
    questions.splice(gap, 0, question);
    fresh.current = question.key;
    setContent({ ...content, questions });
    choose(question.key);
  };
  const drop = (key: string) => {
    const before = content.questions;
    setContent({ ...content, questions: before.filter((one) => one.key !== key) });
    setChosen('');
    tell(t('form.dropped'), () => setContent((now) => ({ ...now, questions: before })));
  };
  const below = content.questions.findIndex((one) => one.key === chosen);
  const properties = <Properties content={content} chosen={chosen} may={may} set={setContent} />;
  const sides = SIDES.filter((one) => one !== 'properties' || isWide).filter(
    (one) => one !== 'funnel' || allowed('invitations:read'),
  );
  const shown = side === 'properties' && !isWide ? 'phone' : side;

  return (
    <Page
      title={say(content.title) || it.key}
      actions={
        <>
          <FormState it={it} />
          {may && (
            <>
              <span className="quiet" role="status">
                {t(keep.isPending ? 'form.keeping' : overtaken ? 'form.not_kept' : dirty ? 'form.unkept' : 'form.kept')}
              </span>
              {keep.isError && dirty && !overtaken && (
                <Button onClick={() => keep.mutate(content)}>{t('form.keep')}</Button>
              )}
              <Button type="primary" onClick={review} disabled={faulty || overtaken || side === 'publish'}>
                {t('form.publish')}
              </Button>
            </>
          )}
        </>
      }
    >
      {overtaken && (
        <div className="card overtaken" role="alert">
          <p>
            <b>{t('form.overtaken')}</b> {t('form.overtaken_text')}
          </p>
          <Button type="primary" onClick={takeTheirs}>
            {t('form.take_theirs')}
          </Button>
          <Button onClick={keepMine}>{t('form.keep_mine')}</Button>
        </div>
      )}
      <div className={may ? 'designer' : 'designer designer-read'}>
        {may && <Palette add={(type) => add(type, below < 0 ? content.questions.length : below + 1)} />}
        <Canvas
          content={content}
          set={setContent}
          may={may}
          check={check}
          chosen={chosen}
          choose={choose}
          add={add}
          drop={drop}
          inside={isWide ? null : properties}
        />
        <aside className="card designer-side" aria-label={t('form.side')}>
          {shown === 'publish' ? (
            <Publish
              it={{ ...it, draft: content }}
              faulty={faulty}
              busy={publish.isPending || keep.isPending || dirty}
              publish={() => publish.mutate()}
              close={() => setSide('properties')}
            />
          ) : (
            <>
              <div className="tabs">
                {sides.map((one) => (
                  <button
                    key={one}
                    type="button"
                    className="tab"
                    aria-pressed={one === shown}
                    onClick={() => setSide(one)}
                  >
                    {t(`side.${one}`)}
                  </button>
                ))}
              </div>
              {shown === 'properties' && properties}
              {shown === 'funnel' && <FunnelOf form={it} />}
              {shown === 'versions' && <Versions it={it} />}
              {shown === 'phone' && <Preview content={content} chosen={chosen} />}
              {shown === 'link' &&
                (it.published_version && !it.retired_at ? (
                  <FormLink key={it.published_version} id={it.id} />
                ) : (
                  <p className="quiet">{t('form.link_later')}</p>
                ))}
            </>
          )}
        </aside>
      </div>
    </Page>
  );
}
