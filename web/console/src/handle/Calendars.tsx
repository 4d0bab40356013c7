// 工作日历: when promises count, and "due when?" before anybody relies on it.

import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { Button, DatePicker, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, newId, type Schemas } from '../house/api.ts';
import { now } from '../house/clock.ts';
import { dayOf, instantOf, wallOf } from '../house/format.ts';
import { Help } from '../house/Help.tsx';
import { language } from '../house/i18n.ts';
import { useMay } from '../house/me.tsx';
import { NumberInput } from '../house/NumberInput.tsx';
import { Page } from '../house/Page.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { useAddress } from '../house/useAddress.ts';
import { Beside } from '../platform/Editor.tsx';
import { CalendarEditor } from './CalendarEditor.tsx';
import { CalendarYear } from './CalendarYear.tsx';
import { runsOf } from './calendarDraft.ts';
import { HolidayForm } from './HolidayForm.tsx';
import { useHolidayName } from './holidayName.ts';
import { Why } from './Promises.tsx';
import './case.css';
import '../platform/settings.css';
import './policy.css';
import './calendar.css';

type Calendar = Schemas['CalendarBody'];

export const said = (names: Record<string, string> | undefined) =>
  names?.[language()] ?? Object.values(names ?? {})[0] ?? '';

const NO_YEARS: Schemas['HolidayYear'][] = [];

const HOLIDAYS = queryOptions({
  queryKey: ['holidays'],
  queryFn: () => ask(api.GET('/api/v1/calendars/holidays')),
});

/** The years whose holidays are known. */
export function useHolidays(): Schemas['HolidayYear'][] {
  return useQuery(HOLIDAYS).data ?? NO_YEARS;
}

export function Calendars() {
  const { t } = useTranslation('handle');
  const may = useMay()('policies:write');
  const { values, set } = useAddress(['edit', 'like', 'year'] as const);
  const calendars = useQuery({ queryKey: ['calendars'], queryFn: () => ask(api.GET('/api/v1/calendars')) });
  const read = useQuery(HOLIDAYS);
  const holidays = read.data ?? NO_YEARS;
  // Drawn once: what stands below the holidays must not move when they come.
  const drawn = read.isPending ? undefined : calendars.data;
  const edited = calendars.data?.find((it) => it.id === (values.like || values.edit));
  if (edited && may) {
    const close = () => set({ edit: '', like: '' });
    return <CalendarEditor key={values.edit} id={values.edit} it={edited} close={close} />;
  }
  const year = holidays.find((it) => `${it.year}` === values.year);
  // What is known must be there first: saving an empty year would take its holidays away.
  const open =
    values.year && may && holidays.length > 0
      ? (year ?? { year: Number(values.year), notices: [], holidays: [] })
      : undefined;
  const first = calendars.data?.[0];
  return (
    <Page title={t('calendars.title')} help="calendar">
      {(calendars.isPending || read.isPending) && <Loading />}
      {calendars.error && <Failed error={calendars.error} again={() => calendars.refetch()} />}
      {drawn && (
        <Beside panel={open && <HolidayForm key={values.year} it={open} close={() => set({ year: '' })} />}>
          <div className="rule-columns">
            <div>
              {drawn.map((it) => (
                <Week
                  key={it.id}
                  it={it}
                  {...(may ? { edit: (id: string, like: string) => set({ edit: id, like }, { replace: false }) } : {})}
                />
              ))}
              <Holidays years={holidays} {...(may ? { open: (it: number) => set({ year: `${it}` }) } : {})} />
            </div>
            <TryCalendar calendars={drawn} />
          </div>
          {first && <CalendarYear calendar={first.calendar} holidays={holidays} />}
        </Beside>
      )}
    </Page>
  );
}

type WeekProps = { it: Calendar; edit?: (id: string, like: string) => void };

function Week({ it, edit }: WeekProps) {
  const { t } = useTranslation('handle');
  return (
    <section className="card rule-card" aria-label={said(it.name)}>
      <h2>
        {said(it.name)} <span className="quiet">{t('version', { version: it.version })}</span>
      </h2>
      <p className="quiet">{said(it.words)}</p>
      <table className="week-table">
        <tbody>
          {runsOf(it.calendar.week).map(({ first, last, windows }) => (
            <tr key={first}>
              <th scope="row">
                {first === last
                  ? t(`day.${first}`)
                  : t('day.range', { first: t(`day.${first}`), last: t(`day.${last}`) })}
              </th>
              <td>
                {windows.length > 0 ? (
                  <Together all={windows.map((one) => `${one.start}–${one.end}`)} />
                ) : (
                  t('calendars.off')
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {edit && (
        <p className="rule-tools">
          <Button size="small" onClick={() => edit(it.id, '')}>
            {t('edit')}
          </Button>
          <Button size="small" onClick={() => edit(newId(), it.id)}>
            {t('calendar.copy')}
          </Button>
        </p>
      )}
    </section>
  );
}

/** Days or hours one after the other, none of them broken in two. */
function Together({ all }: { all: string[] }) {
  const { t } = useTranslation('handle');
  return all.map((it, at) => (
    <Fragment key={it}>
      <span className="together">
        {it}
        {at < all.length - 1 && t('day.comma')}
      </span>
      <wbr />
    </Fragment>
  ));
}

/** The holidays known, with the days that are worked for them. */
function Holidays({ years, open }: { years: Schemas['HolidayYear'][]; open?: (year: number) => void }) {
  const { t } = useTranslation('handle');
  const last = Math.max(Number(dayOf(now()).slice(0, 4)), ...years.map((it) => it.year));
  const holidayName = useHolidayName();
  const shown = [...years].sort((a, b) => b.year - a.year).slice(0, 2);
  return (
    <>
      {open && (
        <p className="rule-tools">
          <Button onClick={() => open(last + 1)}>{t('holidays.bring', { year: last + 1 })}</Button>
        </p>
      )}
      {shown.map((year) => (
        <section key={year.year} className="card rule-card">
          <h2>
            <span>
              {t('calendars.holidays', { year: year.year })}
              <Help of="holidays" name={t('calendars.holidays', { year: year.year })} />
            </span>
            {open && (
              <Button size="small" onClick={() => open(year.year)}>
                {t('edit')}
              </Button>
            )}
          </h2>
          <ul>
            {year.holidays.map((it) => (
              <li key={it.name}>
                <b>{holidayName(it.name)}</b>{' '}
                <Together all={it.off.map(([first = '', last]) => (first === last ? first : `${first} – ${last}`))} />
                {(it.work ?? []).length > 0 && (
                  <span className="quiet">
                    {' '}
                    · {t('calendars.make_up', { days: '' })}
                    <Together all={it.work ?? []} />
                  </span>
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

/** 何时到期? On a calendar as it is, or on a draft of it. */
export function TryCalendar({ calendars, draft }: { calendars: Calendar[]; draft?: Schemas['Calendar'] }) {
  const { t } = useTranslation('handle');
  const trouble = useSaid();
  const [calendar, setCalendar] = useState(calendars[0]?.id ?? '');
  const [start, setStart] = useState<Dayjs>(() => dayjs(wallOf(now())));
  const [unit, setUnit] = useState<Unit>('hours');
  const [amount, setAmount] = useState(4);
  const asked = useMutation({
    mutationFn: () => {
      const body = {
        start: instantOf(start.format('YYYY-MM-DDTHH:mm')),
        target: targetOf(unit, amount),
        ...(draft ? { calendar: draft } : {}),
      };
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
      <h2>
        {t('try.title')}
        <Help of="due_when" name={t('try.title')} />
      </h2>
      {draft ? (
        <p className="quiet">{t('try.draft')}</p>
      ) : (
        <Select
          aria-label={t('try.calendar')}
          value={calendar}
          onChange={setCalendar}
          options={calendars.map((it) => ({ value: it.id, label: said(it.name) }))}
        />
      )}
      <DatePicker
        aria-label={t('try.start')}
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        value={start}
        onChange={(to) => to && setStart(to)}
        allowClear={false}
      />
      <div className="step-row">
        <NumberInput
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
