// Who the customer is, and what there was between us, beside a case.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, type Schemas } from '../house/api.ts';
import { useMay, useStaffName } from '../house/me.tsx';
import { At } from '../house/promise.tsx';
import './customer.css';

const SHOWN_MAX = 6;

export function CustomerCard({ id, except }: { id: string; except: string }) {
  const { t } = useTranslation('customer');
  const may = useMay()('customers:read');
  const staffName = useStaffName();
  const customer = useQuery({
    queryKey: ['customer', id],
    queryFn: () => ask(api.GET('/api/v1/customers/{id}', { params: { path: { id } } })),
    enabled: may,
  });
  const line = useQuery({
    queryKey: ['customer', id, 'line', SHOWN_MAX],
    queryFn: () =>
      ask(api.GET('/api/v1/customers/{id}/timeline', { params: { path: { id }, query: { limit: SHOWN_MAX + 1 } } })),
    enabled: may,
  });
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
