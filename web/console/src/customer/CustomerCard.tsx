// Who the customer is, and what there was between us, beside a case.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../house/api.ts';
import { useMay, useStaffName } from '../house/me.tsx';
import { At } from '../house/promise.tsx';
import './customer.css';

const SHOWN_MAX = 6;

/** The customer and the last things between us; nothing is asked without an id. */
export function useCustomer(id: string | null | undefined) {
  const may = useMay()('customers:read');
  const params = { path: { id: id ?? '' } };
  const enabled = may && Boolean(id);
  const customer = useQuery({
    queryKey: ['customer', id],
    queryFn: () => ask(api.GET('/api/v1/customers/{id}', { params })),
    enabled,
  });
  const line = useQuery({
    queryKey: ['customer', id, 'line', SHOWN_MAX],
    queryFn: () =>
      ask(api.GET('/api/v1/customers/{id}/timeline', { params: { ...params, query: { limit: SHOWN_MAX + 1 } } })),
    enabled,
  });
  return { customer, line, isLoading: customer.isLoading || line.isLoading };
}

export function CustomerCard({ id, except }: { id: string; except: string }) {
  const { t } = useTranslation('customer');
  const staffName = useStaffName();
  const { customer, line } = useCustomer(id);
  const it = customer.data;
  if (!it) return null;
  const before = line.data?.items.filter((one) => one.id !== except).slice(0, SHOWN_MAX) ?? [];
  return (
    <section className="card customer-card">
      <h2>
        {it.name}
        {it.level && it.level !== 'standard' && (
          <span className={`level level-${it.level}`}>{t(`level.${it.level}`)}</span>
        )}
      </h2>
      <p className="quiet customer-contacts">
        {[it.phone, it.email, it.owner && t('owner', { name: staffName(it.owner) })].filter(Boolean).map((one) => (
          <span key={one}>{one}</span>
        ))}
      </p>
      {before.length > 0 && (
        <>
          <h3>{t('before')}</h3>
          <ul>
            {before.map((one) => (
              <li key={`${one.thing} ${one.id}`}>
                <Happened it={one} />
                <span className="quiet">
                  <At at={one.at} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** One thing that was between us. */
export function Happened({ it }: { it: Schemas['HappenedBody'] }) {
  const { t } = useTranslation('customer');
  const text = it.text || t(`thing.${it.thing}`);
  if (it.thing === 'case') return <Link to={`/cases/${it.id}`}>{text}</Link>;
  return (
    <span>
      {it.csat !== null && it.csat !== undefined && <b className={`score score-${it.csat}`}>★ {it.csat} </b>}
      {text}
    </span>
  );
}
