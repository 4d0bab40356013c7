// 工作日历: when promises count, and "due when?" before anybody relies on it.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, DatePicker, InputNumber, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, type Schemas } from '../house/api.ts';
import { now } from '../house/clock.ts';
import { instantOf, wallOf } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { Page } from '../house/Page.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { Why } from './Promises.tsx';
import './case.css';
import '../platform/settings.css';

type Calendar = Schemas['CalendarBody'];

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export const said = (names: Record<string, string> | undefined) => names?.[language()] ?? names?.['zh-CN'] ?? '';

export function Calendars() {
  const { t } = useTranslation('handle');
  const calendars = useQuery({ queryKey: ['calendars'], queryFn: () => ask(api.GET('/api/v1/calendars')) });
  return (
    <Page title={t('calendars.title')}>
      {calendars.isPending && <Loading />}
      {calendars.error && <Failed error={calendars.error} again={() => calendars.refetch()} />}
      {calendars.data && (
        <div className="rule-columns">
          <div>
            {calendars.data.map((it) => (
              <Week key={it.id} it={it} />
            ))}
            <Holidays />
          </div>
          <Try calendars={calendars.data} />
        </div>
      )}
    </Page>
  );
}

function Week({ it }: { it: Calendar }) {
  const { t } = useTranslation('handle');
  return (
    <section className="card rule-card">
      <h2>
        {said(it.name)} <span className="quiet">{t('version', { version: it.version })}</span>
      </h2>
      <p className="quiet">{said(it.words)}</p>
      <table className="week-table">
        <tbody>
          {DAYS.map((day) => {
            const windows = it.calendar.week[day] ?? [];
            return (
              <tr key={day}>
                <th scope="row">{t(`day.${day}`)}</th>
                <td>
                  {windows.length > 0 ? windows.map((one) => `${one.start}–${one.end}`).join(', ') : t('calendars.off')}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The holidays known, with the days that are worked for them. */
function Holidays() {
  const { t } = useTranslation('handle');
  const { data = [] } = useQuery({ queryKey: ['holidays'], queryFn: () => ask(api.GET('/api/v1/calendars/holidays')) });
  const years = [...data].sort((a, b) => b.year - a.year).slice(0, 2);
  return (
    <>
      {years.map((year) => (
        <section key={year.year} className="card rule-card">
          <h2>{t('calendars.holidays', { year: year.year })}</h2>
          <ul>
            {year.holidays.map((it) => (
              <li key={it.name}>
                <b>{it.name}</b>{' '}
                {it.off.map(([first, last]) => (first === last ? first : `${first} – ${last}`)).join(', ')}
                {(it.work ?? []).length > 0 && (
                  <span className="quiet"> · {t('calendars.make_up', { days: (it.work ?? []).join(', ') })}</span>
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

const UNITS = ['hours', 'working_days', 'natural_days'] as const;
type Unit = (typeof UNITS)[number];
const SECONDS_PER_HOUR = 3600;

function targetOf(unit: Unit, amount: number): Schemas['PromiseTarget'] {
  if (unit === 'hours') return { elapsed: { seconds: Math.round(amount * SECONDS_PER_HOUR) } };
  return unit === 'working_days' ? { working_days: { days: amount } } : { natural_days: { days: amount } };
}

/** 何时到期? */
function Try({ calendars }: { calendars: Calendar[] }) {
  const { t } = useTranslation('handle');
  const trouble = useSaid();
  const [calendar, setCalendar] = useState(calendars[0]?.id ?? '');
  const [start, setStart] = useState<Dayjs>(() => dayjs(wallOf(now())));
  const [unit, setUnit] = useState<Unit>('hours');
  const [amount, setAmount] = useState(4);
  const asked = useMutation({
    mutationFn: () => {
      const body = { start: instantOf(start.format('YYYY-MM-DDTHH:mm')), target: targetOf(unit, amount) };
      return ask(api.POST('/api/v1/calendars/{id}/due', { params: { path: { id: calendar } }, body }));
    },
  });
  return (
    <form
      className="card try"
      aria-label={t('try.title')}
      onSubmit={(event) => {
        event.preventDefault();
        asked.mutate();
      }}
    >
      <h2>{t('try.title')}</h2>
      <Select
        aria-label={t('try.calendar')}
        value={calendar}
        onChange={setCalendar}
        options={calendars.map((it) => ({ value: it.id, label: said(it.name) }))}
      />
      <DatePicker
        aria-label={t('try.start')}
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        value={start}
        onChange={(to) => to && setStart(to)}
        allowClear={false}
      />
      <div className="step-row">
        <InputNumber
          aria-label={t('try.amount')}
          min={1}
          max={1000}
          value={amount}
          onChange={(to) => setAmount(to ?? 1)}
        />
        <Select
          aria-label={t('try.unit')}
          value={unit}
          onChange={setUnit}
          options={UNITS.map((it) => ({ value: it, label: t(`unit.${it}`) }))}
        />
      </div>
      <Button type="primary" htmlType="submit" loading={asked.isPending}>
        {t('try.ask')}
      </Button>
      {asked.error && (
        <p className="fault" role="alert">
          {trouble(asked.error)}
        </p>
      )}
      <div aria-live="polite">{asked.data && <Why why={asked.data} />}</div>
    </form>
  );
}
