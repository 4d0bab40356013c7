// One customer's file: who they are, and everything that was between us in one line of time.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { Score, type State, StateTag } from '../handle/case.tsx';
import { api, ask, queries, type Schemas } from '../house/api.ts';
import { moment } from '../house/format.ts';
import { useMay, useStaffName } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { complain, tell } from '../house/toast.tsx';
import { EraseCustomer } from '../trust/EraseCustomer.tsx';
import { CustomerForm } from './CustomerForm.tsx';
import { Level } from './Customers.tsx';
import './customer.css';

const LINE = 50;

export function CustomerPage() {
  const { id = '' } = useParams();
  const found = useQuery({
    queryKey: ['customer', id],
    queryFn: () => ask(api.GET('/api/v1/customers/{id}', { params: { path: { id } } })),
  });
  if (found.data) return <File key={id} it={found.data} />;
  return found.error ? <Failed error={found.error} again={() => found.refetch()} /> : <Loading rows={10} />;
}

function File({ it }: { it: Schemas['CustomerBody'] }) {
  const { t } = useTranslation('customer');
  const may = useMay();
  const staffName = useStaffName();
  const [correcting, setCorrecting] = useState(false);
  const facts: [string, string | null | undefined][] = [
    [t('phone'), it.phone],
    [t('email'), it.email],
    [t('manager'), staffName(it.owner)],
    [t('tags'), (it.tags ?? []).join(t('comma'))],
    [t('external'), it.external_id],
    [t('since'), moment(it.created)],
    ...Object.entries(it.fields ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  ];
  return (
    <Page
      title={it.name}
      actions={
        may('customers:write') && !it.merged_into && <Button onClick={() => setCorrecting(true)}>{t('correct')}</Button>
      }
    >
      {it.merged_into && (
        <p className="fault">
          <Link to={`/customers/${it.merged_into}`}>{t('merged')}</Link>
        </p>
      )}
      {correcting && (
        <CustomerForm
          id={it.id}
          it={it}
          done={() => {
            setCorrecting(false);
            queries.invalidateQueries({ queryKey: ['customer', it.id] });
          }}
          close={() => setCorrecting(false)}
        />
      )}
      <div className="customer-file">
        <section>
          <Line id={it.id} />
        </section>
        <aside>
          <section className="card customer-facts">
            <Level level={it.level} />
            <dl>
              {facts
                .filter(([, value]) => value)
                .map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
            </dl>
          </section>
          {!it.merged_into && may('customers:write') && <Alike it={it} />}
          {!it.merged_into && may('customers:write') && <EraseCustomer id={it.id} />}
        </aside>
      </div>
    </Page>
  );
}

function Line({ id }: { id: string }) {
  const { t } = useTranslation('customer');
  const line = useInfiniteQuery({
    queryKey: ['customer', id, 'line'],
    queryFn: ({ pageParam }) => {
      const query = { limit: LINE, ...(pageParam ? { after: pageParam } : {}) };
      return ask(api.GET('/api/v1/customers/{id}/timeline', { params: { path: { id }, query } }));
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const all = line.data?.pages.flatMap((it) => it.items) ?? [];
  if (line.isPending) return <Loading rows={8} />;
  if (line.error) return <Failed error={line.error} again={() => line.refetch()} />;
  if (all.length === 0) return <Empty title={t('line_none')}>{t('line_none_text')}</Empty>;
  return (
    <>
      <ol className="card customer-line">
        {all.map((it) => (
          <li key={`${it.thing} ${it.id}`}>
            <span className="quiet">{moment(it.at)}</span>
            <b>{t(`thing.${it.thing}`)}</b>
            <Word it={it} />
          </li>
        ))}
      </ol>
      {line.hasNextPage && (
        <Button onClick={() => line.fetchNextPage()} loading={line.isFetchingNextPage}>
          {t('more')}
        </Button>
      )}
    </>
  );
}

/** What it was, and the way to it. */
function Word({ it }: { it: Schemas['HappenedBody'] }) {
  const { t } = useTranslation('customer');
  const groups = { case: 'kind', evaluation: 'round', interaction: 'channel', invitation: 'round' } as const;
  const group = groups[it.thing as keyof typeof groups];
  const word = group ? t(`word:${group}.${it.word}`) : '';
  const text = it.text || word;
  const to = { case: `/cases/${it.id}`, evaluation: `/evaluations?open=${it.id}` }[it.thing];
  return (
    <span className="customer-word">
      {it.thing === 'evaluation' && <Score score={it.csat} />}
      {it.text && <span className="quiet">{word}</span>}
      {to ? <Link to={to}>{text}</Link> : <span>{text}</span>}
      {it.thing === 'case' && it.state && <StateTag state={it.state as State} />}
    </span>
  );
}

/** Perhaps the same person twice: joined with one press, which says what it will do. */
function Alike({ it }: { it: Schemas['CustomerBody'] }) {
  const { t } = useTranslation('customer');
  const said = useSaid();
  const go = useNavigate();
  const { data = [] } = useQuery({
    queryKey: ['customer', it.id, 'alike'],
    queryFn: () => ask(api.GET('/api/v1/customers/{id}/alike', { params: { path: { id: it.id } } })),
  });
  const merge = async (into: Schemas['CustomerBody']) => {
    try {
      await ask(api.POST('/api/v1/customers/{id}/merge', { params: { path: { id: it.id } }, body: { into: into.id } }));
      tell(t('merged_into', { name: into.name }));
      queries.invalidateQueries({ queryKey: ['customer'] });
      go(`/customers/${into.id}`);
    } catch (error) {
      complain(said(error));
    }
  };
  if (data.length === 0) return null;
  return (
    <section className="card customer-facts">
      <h2>{t('alike')}</h2>
      <p className="quiet">{t('alike_text')}</p>
      <ul>
        {data.map((other) => (
          <li key={other.id} className="customer-alike">
            <Link to={`/customers/${other.id}`}>{other.name}</Link>
            <span className="quiet">{other.phone ?? other.email}</span>
            <Button size="small" onClick={() => merge(other)}>
              {t('merge')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
