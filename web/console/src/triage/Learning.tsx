// 自动归类: what was learned from the categories people gave, how well it does, and going back.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, queries, type Schemas } from '../house/api.ts';
import { percent } from '../house/format.ts';
import { useTree } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { At } from '../house/promise.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';
import { branchName } from './Trees.tsx';
import './learning.css';

type Model = Schemas['ModelBody'];
type Version = Schemas['LearnedVersion'];
type Share = Schemas['ShareBody'];
type Confusion = Schemas['ConfusionBody'];

const KEY = ['text-model'];

export function Learning() {
  const { t } = useTranslation('triage');
  const said = useSaid();
  const model = useQuery({ queryKey: KEY, queryFn: () => ask(api.GET('/api/v1/text/model')) });
  const kept = (now: Model) => queries.setQueryData(KEY, now);
  const train = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/text/model/train')),
    onSuccess: (now) => {
      kept(now);
      tell(t('learning.training'));
    },
  });
  const back = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/text/model/roll-back')),
    onSuccess: (now) => {
      kept(now);
      const [newest] = now.versions;
      tell(newest ? t('learning.went_back', { number: newest.number }) : t('learning.went_back_to_none'));
    },
  });
  const { data } = model;
  const [newest, before] = data?.versions ?? [];
  return (
    <Page
      title={t('learning.title')}
      actions={
        <Button type="primary" loading={train.isPending} onClick={() => train.mutate()}>
          {t('learning.train')}
        </Button>
      }
    >
      <p className="quiet learning-text">{t('learning.text')}</p>
      {model.isPending && <Loading />}
      {model.error && <Failed error={model.error} again={() => model.refetch()} />}
      {(train.error ?? back.error) && (
        <p className="fault" role="alert">
          {said(train.error ?? back.error)}
        </p>
      )}
      {data && (
        <>
          <section className="card learning-part">
            <h2>{t('learning.versions')}</h2>
            <p>{t('learning.labelled', { count: data.labelled, needed: data.needed })}</p>
            {data.last_trained_at && data.last_outcome && (
              <p className="quiet">
                <At at={data.last_trained_at} /> {t(`learning.outcome.${data.last_outcome}`)}
              </p>
            )}
            {newest ? (
              <>
                <Versions all={data.versions} />
                <Button loading={back.isPending} onClick={() => back.mutate()}>
                  {before ? t('learning.back', { number: before.number }) : t('learning.back_to_none')}
                </Button>
                <Figures version={newest} />
                <Wrong title={t('learning.confusions')} rows={newest.confusions} />
              </>
            ) : (
              <Empty title={t('learning.none')}>{t('learning.none_text')}</Empty>
            )}
          </section>
          <section className="card learning-part">
            <h2>{t('learning.audit')}</h2>
            <p className="quiet">{t('learning.audit_text')}</p>
            {data.audited.whole > 0 && (
              <p>
                {t('learning.audited')} <ShareText share={data.audited} />
              </p>
            )}
            <Wrong title={t('learning.audited_wrong')} rows={data.audited_wrong} />
            <Sample />
          </section>
        </>
      )}
    </Page>
  );
}

/** 41/50 (82.0%, 69.2%–90.2%): how much, of how many, and between what it plausibly lies. */
function ShareText({ share: { part, whole, low, high } }: { share: Share }) {
  const { t } = useTranslation('triage');
  if (whole === 0) return <span className="quiet">{t('learning.no_texts')}</span>;
  return (
    <span className="learning-share">
      {t('learning.share', { part, whole, share: percent(part / whole), low: percent(low), high: percent(high) })}
    </span>
  );
}

/** The name of a category that was learned; one that is gone is called by its id. */
function useCategoryName() {
  const { t } = useTranslation('triage');
  const all = useTree('category');
  return (id: string | null | undefined) => {
    const found = all.find((it) => it.id === id);
    return found ? branchName(found) : (id ?? t('learning.nothing'));
  };
}

function Versions({ all }: { all: Version[] }) {
  const { t } = useTranslation('triage');
  return (
    <table className="learning-table">
      <thead>
        <tr>
          <th scope="col">{t('learning.version')}</th>
          <th scope="col">{t('learning.trained')}</th>
          <th scope="col">{t('learning.examples')}</th>
          <th scope="col">{t('learning.accuracy')}</th>
        </tr>
      </thead>
      <tbody>
        {all.map((it) => (
          <tr key={it.number}>
            <td>
              {it.number} {it.in_force && <b>{t('learning.in_force')}</b>}
            </td>
            <td>
              <At at={it.trained_at} />
            </td>
            <td>{it.examples}</td>
            <td>
              <ShareText share={it.accuracy} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Figures({ version }: { version: Version }) {
  const { t } = useTranslation('triage');
  const name = useCategoryName();
  return (
    <table className="learning-table">
      <caption>{t('learning.figures', { number: version.number })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('learning.category')}</th>
          <th scope="col">{t('learning.precision')}</th>
          <th scope="col">{t('learning.recall')}</th>
        </tr>
      </thead>
      <tbody>
        {version.categories.map((it) => (
          <tr key={it.category}>
            <td>{name(it.category)}</td>
            <td>
              <ShareText share={it.precision} />
            </td>
            <td>
              <ShareText share={it.recall} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Wrong({ title, rows }: { title: string; rows: Confusion[] }) {
  const { t } = useTranslation('triage');
  const name = useCategoryName();
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="learning-wrong">
        {rows.map((it) => (
          <li key={`${it.truth} ${it.answer}`}>
            {t('learning.taken_for', { truth: name(it.truth), answer: name(it.answer), count: it.texts })}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Cases drawn at random, checked one by one. */
function Sample() {
  const { t } = useTranslation('triage');
  const said = useSaid();
  const categories = useTree('category').filter((it) => !it.is_archived);
  const [given, setGiven] = useState<Record<string, string>>({});
  const drawn = useQuery({
    queryKey: ['text-sample'],
    queryFn: () => ask(api.GET('/api/v1/text/sample')),
    enabled: false,
  });
  const put = useMutation({
    mutationFn: (it: { case: string; category: string }) =>
      ask(
        api.PUT('/api/v1/text/sample/{case}', {
          params: { path: { case: it.case } },
          body: { category: it.category },
        }),
      ),
    onSuccess: (_, it) => {
      setGiven((all) => ({ ...all, [it.case]: it.category }));
      queries.invalidateQueries({ queryKey: KEY });
    },
  });
  return (
    <>
      <Button loading={drawn.isFetching} onClick={() => drawn.refetch()}>
        {t('learning.draw')}
      </Button>
      {drawn.error && <Failed error={drawn.error} again={() => drawn.refetch()} />}
      {put.error && (
        <p className="fault" role="alert">
          {said(put.error)}
        </p>
      )}
      {drawn.data?.length === 0 && <Empty title={t('learning.all_checked')} />}
      <ul className="learning-sample">
        {drawn.data?.map((it) => (
          <li key={it.case}>
            <Link to={`/cases/${it.case}`} className="code">
              {it.number}
            </Link>
            <p>{it.said}</p>
            <div className="learning-answer">
              <Select
                aria-label={t('learning.truth', { number: it.number })}
                value={given[it.case] ?? it.category ?? null}
                // Not onChange: choosing what it already has says that it is right.
                onSelect={(category: string) => put.mutate({ case: it.case, category })}
                options={categories.map((one) => ({ value: one.id, label: branchName(one) }))}
                placeholder={t('learning.nothing')}
                showSearch={{ optionFilterProp: 'label' }}
              />
              {given[it.case] ? (
                <span role="status">{t('learning.noted')}</span>
              ) : (
                <Button
                  disabled={!it.category || put.isPending}
                  onClick={() => it.category && put.mutate({ case: it.case, category: it.category })}
                >
                  {t('learning.right')}
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
