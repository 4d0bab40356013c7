// The way from sent to completed: where customers are lost, of all forms or of one.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask, type Schemas } from '../house/api.ts';
import { now } from '../house/clock.ts';
import { addDays, count, dayOf, percent, startOf } from '../house/format.ts';
import { Help } from '../house/Help.tsx';
import { useMay, useStaffName } from '../house/me.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { useAddress } from '../house/useAddress.ts';
import { type Form, say } from './form.ts';

type Step = Schemas['FunnelStep'];
const STEPS = ['sent', 'delivered', 'opened', 'started', 'completed'] as const;
const BY = ['form', 'channel', 'staff'] as const;
const DAYS = 90;
const NAMES = ['by'] as const;

export function useFunnel(by: Schemas['FunnelBy']) {
  const may = useMay()('invitations:read');
  return useQuery({ ...funnelOf(by), enabled: may });
}

export function funnelOf(by: Schemas['FunnelBy']) {
  const from = startOf(addDays(dayOf(now()), -DAYS));
  return {
    queryKey: ['funnel', by, from],
    queryFn: () => ask(api.GET('/api/v1/invitations/funnel', { params: { query: { by, from } } })),
  };
}

/** The rate with what it is made of. */
export function Rate({ of }: { of: Step | undefined }) {
  if (!of || typeof of.response_rate !== 'number') return <span className="quiet">—</span>;
  return (
    <>
      {percent(of.response_rate, 0)}{' '}
      <span className="quiet">
        {count(of.completed)}/{count(of.sent)}
      </span>
    </>
  );
}

/** One form's, as steps that grow shorter. */
export function FunnelOf({ form }: { form: Form }) {
  const { t } = useTranslation('collect');
  const { data, error, isPending } = useFunnel('form');
  const of = data?.find((it) => it.part === form.key);
  if (error) return <Failed error={error} />;
  if (isPending) return <Loading rows={5} />;
  if (!of || of.sent === 0) return <p className="quiet">{t('funnel.none', { days: DAYS })}</p>;
  return (
    <section aria-label={t('funnel.title')}>
      <h2>
        {t('funnel.title')}
        <Help of="funnel" name={t('funnel.title')} />
      </h2>
      <p className="quiet">{t('funnel.period', { days: DAYS })}</p>
      <dl className="funnel">
        {STEPS.map((step) => (
          <div key={step}>
            <dt>{t(`funnel.${step}`)}</dt>
            <dd>
              <span className="funnel-bar" style={{ inlineSize: `${(of[step] / of.sent) * 100}%` }} />
              <b>{count(of[step])}</b> <span className="quiet">{percent(of[step] / of.sent, 0)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {of.suppressed > 0 && <p className="quiet">{t('funnel.suppressed_said', { count: of.suppressed })}</p>}
    </section>
  );
}

/** Every form's, channel's or person's, to be compared. */
export function Funnels({ forms }: { forms: Form[] }) {
  const { t } = useTranslation('collect');
  const { values, set } = useAddress(NAMES);
  const by = BY.find((it) => it === values.by) ?? 'form';
  const funnel = useFunnel(by);
  const staffName = useStaffName();
  const name = (part: string) => {
    if (part === '') return t('funnel.nobody');
    if (by === 'staff') return staffName(part) || t('funnel.gone');
    if (by === 'channel') return t(`word:channel.${part}`);
    return say(forms.find((it) => it.key === part)?.draft.title) || part;
  };
  const rows = [...(funnel.data ?? [])].sort((a, b) => b.sent - a.sent);
  return (
    <>
      <div className="tabs">
        {BY.map((it) => (
          <button key={it} type="button" className="tab" aria-pressed={it === by} onClick={() => set({ by: it })}>
            {t(`funnel.by_${it}`)}
          </button>
        ))}
      </div>
      <p className="quiet funnel-period">{t('funnel.period', { days: DAYS })}</p>
      {funnel.isPending && <Loading rows={6} />}
      {funnel.error && <Failed error={funnel.error} again={() => funnel.refetch()} />}
      {funnel.data?.length === 0 && (
        <div className="card">
          <Empty title={t('funnel.empty')}>{t('funnel.empty_text')}</Empty>
        </div>
      )}
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className="card table-box" tabIndex={0} aria-label={t('funnel.title')}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t(`funnel.part_${by}`)}</th>
                {[...STEPS, 'suppressed' as const].map((step) => (
                  <th key={step} scope="col" className="right">
                    {t(`funnel.${step}`)}
                  </th>
                ))}
                <th scope="col" className="right">
                  {t('funnel.rate')}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((it) => (
                <tr key={it.part}>
                  <td className="phone-head">{name(it.part)}</td>
                  {[...STEPS, 'suppressed' as const].map((step) => (
                    <td key={step} className="right">
                      <span className="parts-name">{t(`funnel.${step}`)} </span>
                      {count(it[step])}
                    </td>
                  ))}
                  <td className="right">
                    <span className="parts-name">{t('funnel.rate')} </span>
                    <Rate of={it} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
