// One case: the customer's words, what happened, and what is promised, side by side.

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { CustomerCard, useCustomer } from '../customer/CustomerCard.tsx';
import { api, ask } from '../house/api.ts';
import { useLook } from '../house/live.ts';
import { useMay, useMyId, useStaffName, useTeamName } from '../house/me.tsx';
import { At } from '../house/promise.tsx';
import { Fold } from '../house/Shell.tsx';
import { Failed, Loading } from '../house/states.tsx';
import { Composer, type Mode } from './Composer.tsx';
import { CustomerSees } from './CustomerSees.tsx';
import { type Case, StateTag, useAct } from './case.tsx';
import { Labels } from './Labels.tsx';
import { Move, type Moving } from './Move.tsx';
import { Promises } from './Promises.tsx';
import { Rounds } from './Rounds.tsx';
import { StagePick } from './StagePick.tsx';
import { Steps } from './Steps.tsx';
import { useStages } from './stages.ts';
import { TimeLine } from './TimeLine.tsx';
import './case.css';

const LOOK_MS = 15_000;

export function CasePage() {
  const { id = '' } = useParams();
  const found = useQuery({
    queryKey: ['case', id],
    queryFn: () => ask(api.GET('/api/v1/cases/{id}', { params: { path: { id } } })),
    refetchInterval: useLook(LOOK_MS),
  });
  // The customer stands above what happened, and the stage before the labels: they are drawn together.
  const waits = [useCustomer(found.data?.customer), useStages()].some((it) => it.isLoading);
  if (found.data && !waits) return <Opened key={id} it={found.data} />;
  return found.error && !found.data ? (
    <Failed error={found.error} again={() => found.refetch()} />
  ) : (
    <Loading rows={12} />
  );
}

function Opened({ it }: { it: Case }) {
  const { t, i18n } = useTranslation('handle');
  const may = useMay();
  const [params] = useSearchParams();
  const asked = params.get('do');
  const [mode, setMode] = useState<Mode>('reply');
  const [moving, setMoving] = useState<Moving>();
  const act = useAct(it.id, it.version);
  const mayAct = may('cases:act') && !it.merged_into;
  const accept = () => act.mutate({ verb: 'accept', done: t('done.accept', { number: it.number }) });
  const write = (to: Mode) => {
    setMode(to);
    document.getElementById('composer')?.focus();
  };
  useEffect(() => {
    if (asked === 'reply') document.getElementById('composer')?.focus();
    if (asked === 'close') document.getElementById('steps')?.scrollIntoView({ block: 'nearest' });
  }, [asked]);
  useKeys(mayAct, {
    r: () => write('reply'),
    n: () => write('note'),
    a: () => it.state === 'new' && accept(),
    t: () => setMoving('transfer'),
  });

  return (
    <article className="case">
      <title>{`${it.number} · ${t('house:brand')}`}</title>
      <header className="case-head">
        <nav aria-label={t('cases.title')}>
          <Link to="/cases">{t('cases.title')}</Link>
          <span className="quiet" aria-hidden>
            /
          </span>
          <span className="quiet">{it.number}</span>
        </nav>
        <div className="case-title">
          <h1>{it.customer_name ?? t('house:unknown_customer')}</h1>
          <StateTag state={it.state} />
          <StagePick it={it} may={mayAct} />
          <Labels it={it} may={mayAct} />
        </div>
        <p className="case-facts quiet">
          <Owner it={it} /> · {t(`word:channel.${it.channel}`)} · <At at={it.opened_at} />
          {it.reopened_count > 0 && <> · {t('case.reopened', { count: it.reopened_count })}</>}
        </p>
        {mayAct && (
          <div className="case-actions">
            {it.state === 'new' && (
              <Button type="primary" onClick={accept} loading={act.isPending}>
                {t('verb.accept')} <kbd>A</kbd>
              </Button>
            )}
            <Fold label={t('more')} icon={<span className="more-button">{t('more')}</span>} className="more-summary">
              {(['transfer', 'collaborate', 'merge_into', 'reopen'] as const)
                .filter(
                  (verb) => (verb === 'reopen') === ['solved', 'closed'].includes(it.state) || verb === 'merge_into',
                )
                .map((verb) => (
                  <button key={verb} type="button" onClick={() => setMoving(verb)}>
                    {t(`verb.${verb}`)}
                  </button>
                ))}
            </Fold>
          </div>
        )}
      </header>
      {it.merged_into && (
        <p className="fault">
          <Link to={`/cases/${it.merged_into}`}>{t('case.merged')}</Link>
        </p>
      )}
      {moving && <Move it={it} how={moving} close={() => setMoving(undefined)} />}
      <div className="case-columns">
        <section className="case-words" aria-label={t('case.words')}>
          <blockquote className="said card">
            <p>{it.said || <span className="quiet">{t('said_nothing')}</span>}</p>
          </blockquote>
          <Rounds it={it} />
          {it.customer && <CustomerCard id={it.customer} except={it.id} />}
        </section>
        <section className="case-line" aria-label={t('case.line')}>
          {mayAct && it.state !== 'closed' && <Composer it={it} mode={mode} setMode={setMode} />}
          <TimeLine it={it} />
        </section>
        <aside className="case-side" aria-label={t('case.promises')}>
          <Promises it={it} />
          <Steps it={it} may={mayAct} opened={asked === 'close'} />
          <CustomerSees url={`/api/v1/cases/${it.id}/page?lang=${i18n.language}`} version={it.version} />
        </aside>
      </div>
    </article>
  );
}

function Owner({ it }: { it: Case }) {
  const { t } = useTranslation('handle');
  const staffName = useStaffName();
  const teamName = useTeamName();
  const me = useMyId();
  if (!it.owner) return <>{t('case.in_queue', { team: teamName(it.team) })}</>;
  return <>{it.owner === me ? t('case.mine') : t('case.owned', { name: staffName(it.owner) })}</>;
}

function useKeys(on: boolean, keys: Record<string, () => unknown>) {
  useEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent) => {
      const { target } = event;
      if (
        target instanceof HTMLElement &&
        (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
      )
        return;
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      const then = keys[event.key];
      if (!then) return;
      event.preventDefault();
      then();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
}
