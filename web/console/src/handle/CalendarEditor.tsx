// A calendar in hand: the hours of the week, the company's own days, the year they make, and "due when?"
// before it is kept. Promises already made keep the version they began with.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, queries, type Schemas, Trouble } from '../house/api.ts';
import { useCarry } from '../house/carry.ts';
import { Page } from '../house/Page.tsx';
import { useSaid } from '../house/states.tsx';
import { TimeInput } from '../house/TimeInput.tsx';
import { tell } from '../house/toast.tsx';
import { Overtaken } from '../platform/Editor.tsx';
import { said, TryCalendar, useHolidays } from './Calendars.tsx';
import { CalendarYear } from './CalendarYear.tsx';
import {
  type Calendar,
  DAYS,
  nextWindow,
  type Override,
  type Weekday,
  type Window,
  withOverride,
  withWindows,
} from './calendarDraft.ts';
import './policy.css';
import './calendar.css';

type Kept = Schemas['CalendarBody'];

export function CalendarEditor({ id, it: now, close }: { id: string; it: Kept; close: () => void }) {
  const { t } = useTranslation('handle');
  const trouble = useSaid();
  const holidays = useHolidays();
  // What was opened is what is changed, whatever comes in meanwhile.
  const [it] = useState(now);
  const [version, setVersion] = useState(it.version);
  const isNew = id !== it.id;
  const [name, setName] = useState<Record<string, string>>(isNew ? {} : it.name);
  const [calendar, setCalendar] = useState<Calendar>(it.calendar);
  const [leaving, setLeaving] = useState(false);
  const dirty = isNew || name !== it.name || calendar !== it.calendar;
  const put = useMutation({
    mutationFn: () => {
      const body = { name, calendar, ...(isNew ? {} : { version }) };
      return ask(api.PUT('/api/v1/calendars/{id}', { params: { path: { id } }, body }));
    },
    onSuccess: (kept) => {
      tell(t('calendar.kept', { name: said(kept.name), version: kept.version }));
      queries.invalidateQueries({ queryKey: ['calendars'] });
      close();
    },
  });
  const carry = useCarry<Kept>({
    first: it,
    draft: { ...it, name, calendar },
    set: (to) => {
      setName(to.name);
      setCalendar(to.calendar);
      setVersion(to.version);
    },
    read: async () => (await ask(api.GET('/api/v1/calendars'))).find((one) => one.id === id),
    reset: put.reset,
  });
  const fault = (field: string) => (put.error instanceof Trouble ? put.error.at(field) : undefined);
  return (
    <Page
      title={isNew ? t('calendar.new') : said(it.name)}
      actions={
        leaving ? (
          <>
            <span role="alert">{t('platform:editor.unsaved')}</span>
            <Button danger onClick={close}>
              {t('platform:editor.discard')}
            </Button>
            <Button onClick={() => setLeaving(false)}>{t('platform:editor.stay')}</Button>
          </>
        ) : (
          <>
            <Button onClick={() => (dirty ? setLeaving(true) : close())}>{t('house:cancel')}</Button>
            <Button type="primary" loading={put.isPending} onClick={() => put.mutate()}>
              {t('platform:keep')}
            </Button>
          </>
        )
      }
    >
      {put.error && (
        <p className="fault" role="alert">
          {trouble(put.error)} <Overtaken error={put.error} carry={carry} />
        </p>
      )}
      <div className="rule-columns">
        <div>
          <About name={name} setName={setName} calendar={calendar} set={setCalendar} fault={fault} />
          <WeekForm calendar={calendar} set={setCalendar} fault={fault} />
          <OwnDays calendar={calendar} set={setCalendar} fault={fault} />
          <CalendarYear
            calendar={calendar}
            holidays={holidays}
            open={(day) =>
              setCalendar(withOverride(calendar, day, calendar.overrides?.[day] ? undefined : { off: {} }))
            }
          />
        </div>
        <TryCalendar calendars={[it]} draft={calendar} />
      </div>
    </Page>
  );
}

type PartProps = { calendar: Calendar; set: (to: Calendar) => void; fault: (field: string) => string | undefined };
type AboutProps = PartProps & { name: Record<string, string>; setName: (to: Record<string, string>) => void };

function About({ name, setName, calendar, set, fault }: AboutProps) {
  const { t } = useTranslation('handle');
  const zones = [...new Set([calendar.zone, ...Intl.supportedValuesOf('timeZone')])];
  const makeUp = calendar.make_up;
  const weekday = typeof makeUp === 'object' ? makeUp.weekday : undefined;
  return (
    <section className="card rule-card policy-head" aria-label={t('calendar.about')}>
      <Field label={t('policy.name_zh')} fault={fault('name')}>
        {(own) => (
          <Input
            {...own}
            lang="zh-CN"
            value={name['zh-CN'] ?? ''}
            onChange={(event) => setName({ ...name, 'zh-CN': event.target.value })}
          />
        )}
      </Field>
      <Field label={t('policy.name_en')} fault={undefined}>
        {(own) => (
          <Input {...own} value={name.en ?? ''} onChange={(event) => setName({ ...name, en: event.target.value })} />
        )}
      </Field>
      <Field label={t('calendar.zone')} fault={fault('calendar.zone')}>
        {(own) => (
          <Select
            {...own}
            value={calendar.zone}
            onChange={(zone) => set({ ...calendar, zone })}
            options={zones.map((one) => ({ value: one, label: one }))}
            showSearch={{ optionFilterProp: 'label' }}
          />
        )}
      </Field>
      {calendar.national && (
        <Field label={t('calendar.make_up')} fault={undefined}>
          {(own) => (
            <Select
              {...own}
              value={weekday ?? 'unchanged'}
              onChange={(to: Weekday | 'unchanged') =>
                set({ ...calendar, make_up: to === 'unchanged' ? to : { weekday: to } })
              }
              options={[
                ...DAYS.map((day) => ({ value: day, label: t('calendar.as_on', { day: t(`day.${day}`) }) })),
                { value: 'unchanged' as const, label: t('calendar.unchanged') },
              ]}
            />
          )}
        </Field>
      )}
      <Checkbox
        checked={calendar.national ?? false}
        onChange={(event) => set({ ...calendar, national: event.target.checked })}
      >
        {t('calendar.national')}
      </Checkbox>
    </section>
  );
}

function WeekForm({ calendar, set, fault }: PartProps) {
  const { t } = useTranslation('handle');
  return (
    <section className="card rule-card" aria-label={t('calendar.week')}>
      <h2>
        {t('calendar.week')}
        <Button
          type="text"
          size="small"
          onClick={() => {
            const monday = calendar.week.monday ?? [];
            const [, tuesday, wednesday, thursday, friday] = [0, 1, 2, 3, 4].map(() => structuredClone(monday));
            set({ ...calendar, week: { ...calendar.week, ...define({ tuesday, wednesday, thursday, friday }) } });
          }}
        >
          {t('calendar.like_monday')}
        </Button>
      </h2>
      <p className="quiet">{t('calendar.week_text')}</p>
      {fault('calendar.week') && <p className="field-fault">{fault('calendar.week')}</p>}
      {DAYS.map((day) => (
        <div key={day} className="week-row">
          <span className="week-day">{t(`day.${day}`)}</span>
          <div>
            <Windows
              of={t(`day.${day}`)}
              windows={calendar.week[day] ?? []}
              set={(windows) => set(withWindows(calendar, day, windows))}
            />
            {fault(`calendar.week.${day}`) && <p className="field-fault">{fault(`calendar.week.${day}`)}</p>}
          </div>
        </div>
      ))}
    </section>
  );
}

/** Only what is there. */
function define(week: Partial<Record<Weekday, Window[] | undefined>>): Partial<Record<Weekday, Window[]>> {
  return Object.fromEntries(Object.entries(week).filter(([, it]) => it !== undefined));
}

/** The stretches of a day; a lunch break is the gap between two. */
function Windows({ of, windows, set }: { of: string; windows: Window[]; set: (to: Window[]) => void }) {
  const { t } = useTranslation('handle');
  const change = (at: number, changed: Partial<Window>) =>
    set(windows.map((it, index) => (index === at ? { ...it, ...changed } : it)));
  return (
    <div className="windows">
      {windows.map((it, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: stretches may be alike; what they say makes a changed one new
        <span key={`${at} ${it.start} ${it.end}`} className="window">
          <TimeInput
            aria-label={t('calendar.from', { of, number: at + 1 })}
            value={it.start}
            set={(start) => change(at, { start })}
          />
          <span aria-hidden>–</span>
          <TimeInput
            aria-label={t('calendar.to', { of, number: at + 1 })}
            value={it.end}
            set={(end) => change(at, { end })}
          />
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t('calendar.drop_window', { of, number: at + 1 })}
            onClick={() => set(windows.filter((_, index) => index !== at))}
          />
        </span>
      ))}
      {windows.length === 0 && <span className="quiet">{t('calendars.off')}</span>}
      <Button
        type="text"
        size="small"
        icon={<PlusOutlined aria-hidden />}
        aria-label={t('calendar.add_window', { of })}
        onClick={() => set([...windows, nextWindow(windows)])}
      />
    </div>
  );
}

const kindOf = (it: Override): 'off' | 'work_as' | 'work' =>
  'off' in it ? 'off' : 'work_as' in it ? 'work_as' : 'work';

/** The company's own days, above the week and the country. */
function OwnDays({ calendar, set, fault }: PartProps) {
  const { t } = useTranslation('handle');
  const days = Object.entries(calendar.overrides ?? {}).sort(([a], [b]) => a.localeCompare(b));
  const put = (day: string, to: Override | undefined) => set(withOverride(calendar, day, to));
  const turn = (day: string, to: 'off' | 'work_as' | 'work') => {
    if (to === 'off') put(day, { off: {} });
    else if (to === 'work_as') put(day, { work_as: { weekday: 'monday' } });
    else put(day, { work: { windows: [{ start: '09:00', end: '18:00' }] } });
  };
  return (
    <section className="card rule-card" aria-label={t('calendar.own')}>
      <h2>{t('calendar.own')}</h2>
      <p className="quiet">{t('calendar.own_text')}</p>
      {days.map(([day, it]) => (
        <div key={day} className="own-day">
          <b>{day}</b>
          <Select
            aria-label={t('calendar.own_kind', { day })}
            value={kindOf(it)}
            onChange={(to) => turn(day, to)}
            options={(['off', 'work_as', 'work'] as const).map((one) => ({ value: one, label: t(`calendar.${one}`) }))}
          />
          {'work_as' in it && (
            <Select
              aria-label={t('calendar.own_weekday', { day })}
              value={it.work_as.weekday}
              onChange={(weekday: Weekday) => put(day, { work_as: { ...it.work_as, weekday } })}
              options={DAYS.map((one) => ({ value: one, label: t(`day.${one}`) }))}
            />
          )}
          {'work' in it && (
            <Windows
              of={day}
              windows={it.work.windows}
              set={(windows) => put(day, { work: { ...it.work, windows } })}
            />
          )}
          <Button
            type="text"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t('calendar.own_drop', { day })}
            onClick={() => {
              put(day, undefined);
              tell(t('calendar.own_dropped', { day }), () => put(day, it));
            }}
          />
          {fault(`calendar.overrides.${day}`) && <p className="field-fault">{fault(`calendar.overrides.${day}`)}</p>}
        </div>
      ))}
      <DatePicker
        aria-label={t('calendar.own_add')}
        placeholder={t('calendar.own_add')}
        value={null}
        onChange={(day) => day && put(dayjs(day).format('YYYY-MM-DD'), { off: {} })}
      />
    </section>
  );
}
