// 清除个人信息: in the customer's file. What would go is counted first; somebody else has to agree.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, newId, queries } from '../house/api.ts';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';

const REASON_CHARS = 500;
const PARTS = ['interactions', 'evaluations', 'cases', 'invitations', 'messages'] as const;

/** How much there is of a customer, and what stands in the way of erasing it. */
function useExtent(id: string) {
  return useQuery({
    queryKey: ['customer', id, 'erasure'],
    queryFn: () => ask(api.GET('/api/v1/customers/{id}/erasure', { params: { path: { id } } })),
  });
}

export function Counted({ id }: { id: string }) {
  const { t } = useTranslation('trust');
  const extent = useExtent(id);
  if (extent.error) return <Failed error={extent.error} again={() => extent.refetch()} />;
  if (!extent.data) return <Loading />;
  const it = extent.data;
  return (
    <>
      <p>{t('erase.goes')}</p>
      <ul>
        <li>{t('erase.count_customers', { count: it.customers })}</li>
        {PARTS.filter((part) => it[part] > 0).map((part) => (
          <li key={part}>{t(`erase.count_${part}`, { count: it[part] })}</li>
        ))}
      </ul>
      <p className="quiet">{t('erase.stays')}</p>
      {it.open_cases.length > 0 && (
        <p className="fault">{t('erase.open_cases', { cases: it.open_cases.join(t('erase.comma')) })}</p>
      )}
    </>
  );
}

export function EraseCustomer({ id }: { id: string }) {
  const { t } = useTranslation('trust');
  const said = useSaid();
  const [asking, setAsking] = useState('');
  const [reason, setReason] = useState('');
  const requests = useQuery({
    queryKey: ['customer', id, 'erasures'],
    queryFn: () => ask(api.GET('/api/v1/erasures', { params: { query: { customer: id } } })),
  });
  const put = useMutation({
    mutationFn: () =>
      ask(api.PUT('/api/v1/erasures/{id}', { params: { path: { id: asking } }, body: { customer: id, reason } })),
    onSuccess: () => {
      tell(t('erase.sent'));
      setAsking('');
      queries.invalidateQueries({ queryKey: ['customer', id, 'erasures'] });
      queries.invalidateQueries({ queryKey: ['erasures'] });
    },
  });
  const waits = requests.data?.items.some((it) => it.state === 'asked');
  return (
    <section className="card customer-facts">
      <h2>{t('erase.one')}</h2>
      {waits && <p role="status">{t('erase.waits')}</p>}
      {!waits && !asking && <Button onClick={() => setAsking(newId())}>{t('erase.begin')}</Button>}
      {!waits && asking && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            put.mutate();
          }}
        >
          <Counted id={id} />
          <label htmlFor="erase-reason">{t('erase.reason')}</label>
          <Input.TextArea
            id="erase-reason"
            value={reason}
            maxLength={REASON_CHARS}
            rows={2}
            placeholder={t('erase.reason_example')}
            onChange={(event) => setReason(event.target.value)}
          />
          <p className="quiet">{t('erase.reason_text')}</p>
          {put.error && (
            <p className="fault" role="alert">
              {said(put.error)}
            </p>
          )}
          <Button danger htmlType="submit" loading={put.isPending} disabled={!reason.trim()}>
            {t('erase.ask')}
          </Button>{' '}
          <Button onClick={() => setAsking('')}>{t('erase.leave')}</Button>
        </form>
      )}
    </section>
  );
}
