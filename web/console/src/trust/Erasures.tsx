// 个人信息: requests to erase a customer, decided by somebody else than who asked; and how long what was
// handed in keeps its person.

import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { say } from '../collect/form.ts';
import { api, ask, queries, type Schemas } from '../house/api.ts';
import { moment } from '../house/format.ts';
import { useMay, useMyId, useStaffName } from '../house/me.tsx';
import { NumberInput } from '../house/NumberInput.tsx';
import { Page } from '../house/Page.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { Counted } from './EraseCustomer.tsx';
import './ledger.css';

type Erasure = Schemas['ErasureBody'];

const LIST = 50;
const KEY = { params: { path: { key: 'retention' } } };

export function Erasures() {
  const { t } = useTranslation('trust');
  const list = useInfiniteQuery({
    queryKey: ['erasures'],
    queryFn: ({ pageParam }) => {
      const query = { limit: LIST, ...(pageParam ? { after: pageParam } : {}) };
      return ask(api.GET('/api/v1/erasures', { params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const all = list.data?.pages.flatMap((it) => it.items) ?? [];
  return (
    <Page title={t('erase.title')}>
      <p className="quiet">{t('erase.text')}</p>
      {list.isPending && <Loading />}
      {list.error && <Failed error={list.error} again={() => list.refetch()} />}
      {list.data && all.length === 0 && <Empty title={t('erase.none')}>{t('erase.none_text')}</Empty>}
      {all.map((it) => (
        <Request key={it.id} it={it} />
      ))}
      {list.hasNextPage && (
        <Button onClick={() => list.fetchNextPage()} loading={list.isFetchingNextPage}>
          {t('erase.more')}
        </Button>
      )}
      <Retention />
    </Page>
  );
}

function Request({ it }: { it: Erasure }) {
  const { t } = useTranslation('trust');
  const said = useSaid();
  const may = useMay()('settings:write');
  const me = useMyId();
  const name = useStaffName();
  const [sure, setSure] = useState(false);
  const isMine = 'id' in it.asked_by && it.asked_by.id === me;
  const who = (by: Erasure['asked_by'] | null | undefined) =>
    (by && 'id' in by ? name(by.id) : '') || t('erase.system');
  const decide = useMutation({
    mutationFn: (agrees: boolean) => {
      const params = { params: { path: { id: it.id } } };
      return agrees
        ? ask(api.POST('/api/v1/erasures/{id}/approve', params))
        : ask(api.POST('/api/v1/erasures/{id}/decline', params));
    },
    onSuccess: (now) => {
      tell(t(`erase.now_${now.state}`));
      queries.invalidateQueries({ queryKey: ['erasures'] });
      // What was counted just now is gone; it is not asked for again here.
      queries.invalidateQueries({ queryKey: ['customer', it.customer], refetchType: 'none' });
    },
    onError: (error) => complain(said(error)),
  });
  return (
    <section className="card ledger-state">
      <h2>
        {it.customer_name ? <Link to={`/customers/${it.customer}`}>{it.customer_name}</Link> : t('erase.gone')}{' '}
        <span className="quiet">{t(`erase.state_${it.state}`)}</span>
      </h2>
      <p>{it.reason}</p>
      <p className="quiet">
        {t('erase.asked', { who: who(it.asked_by), at: moment(it.asked_at) })}
        {it.decided_at &&
          ` · ${t(`erase.decided_${it.state}`, { who: who(it.decided_by), at: moment(it.decided_at) })}`}
      </p>
      {it.state === 'asked' && may && (
        <>
          {sure && <Counted id={it.customer} />}
          {isMine && <p className="quiet">{t('erase.mine')}</p>}
          {!isMine && !sure && (
            <Button danger onClick={() => setSure(true)}>
              {t('erase.look')}
            </Button>
          )}
          {!isMine && sure && (
            <Button danger type="primary" loading={decide.isPending} onClick={() => decide.mutate(true)}>
              {t('erase.approve')}
            </Button>
          )}{' '}
          <Button loading={decide.isPending} onClick={() => decide.mutate(false)}>
            {t(isMine ? 'erase.take_back' : 'erase.decline')}
          </Button>
        </>
      )}
    </section>
  );
}

type Days = { forms: Record<string, number> };

function Retention() {
  const { t } = useTranslation('trust');
  const may = useMay()('settings:write', 'forms:read');
  const found = useQuery({
    queryKey: ['setting', 'retention'],
    queryFn: () => ask(api.GET('/api/v1/settings/{key}', KEY)),
    enabled: may,
  });
  const forms = useQuery({ queryKey: ['forms'], queryFn: () => ask(api.GET('/api/v1/forms')), enabled: may });
  if (!may) return null;
  const error = found.error ?? forms.error;
  if (error) return <Failed error={error} again={() => found.refetch()} />;
  if (!found.data || !forms.data) return <Loading />;
  return (
    <section className="card ledger-state">
      <h2>{t('retain.title')}</h2>
      <p className="quiet">{t('retain.text')}</p>
      <Kept key={found.dataUpdatedAt} kept={found.data as unknown as Days} forms={forms.data} />
    </section>
  );
}

function Kept({ kept, forms }: { kept: Days; forms: Schemas['FormBody'][] }) {
  const { t } = useTranslation('trust');
  const said = useSaid();
  const [days, setDays] = useState(kept.forms);
  const put = useMutation({
    mutationFn: () =>
      ask(api.PUT('/api/v1/settings/{key}', { ...KEY, body: { forms: days } as unknown as Record<string, never> })),
    onSuccess: (now) => {
      queries.setQueryData(['setting', 'retention'], now);
      tell(t('retain.kept'));
    },
    onError: (error) => complain(said(error)),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate();
      }}
    >
      <dl>
        {forms.map((it) => (
          <div key={it.key} className="retain-row">
            <dt>{say(it.draft.title)}</dt>
            <dd>
              <NumberInput
                aria-label={t('retain.days', { form: say(it.draft.title) })}
                min={0}
                max={36_500}
                precision={0}
                value={days[it.key] ?? 0}
                onChange={(to) => setDays({ ...days, [it.key]: to ?? 0 })}
                className="number"
              />{' '}
              <span className="quiet">{t(days[it.key] ? 'retain.unit' : 'retain.forever')}</span>
            </dd>
          </div>
        ))}
      </dl>
      <Button type="primary" htmlType="submit" loading={put.isPending}>
        {t('retain.keep')}
      </Button>
    </form>
  );
}
