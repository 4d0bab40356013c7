// A year at a glance: working days, weekends, holidays, make-up days and the company's own.

import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../house/api.ts';
import { now } from '../house/clock.ts';
import { dayOf } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { type Calendar, DAYS, type Day, type DayKind, dayKind, monthsOf, noticeDays } from './calendarDraft.ts';
import { useHolidayName } from './holidayName.ts';

type Props = { calendar: Calendar; holidays: Schemas['HolidayYear'][]; open?: (day: string) => void };

/** How many days a key goes: a page is four weeks. */
const STEPS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -7,
  ArrowDown: 7,
  PageUp: -28,
  PageDown: 28,
};

const KINDS = ['work', 'rest', 'holiday', 'make_up', 'own_off', 'own_work'] as const;

export function CalendarYear({ calendar, holidays, open }: Props) {
  const { t } = useTranslation('handle');
  const [year, setYear] = useState(Number(dayOf(now()).slice(0, 4)));
  const notice = noticeDays(holidays);
  const known = holidays.some((it) => it.year === year);
  const months = monthsOf(year);
  const all = months.flatMap((it) => it.days);
  // Tab comes to one day only; from there the arrows go, or three hundred others would have to be passed.
  const [at, setAt] = useState(() => dayOf(now()));
  const current = all.includes(at) ? at : all[0];
  const box = useRef<HTMLDivElement>(null);
  const move = (day: string, by: number) => {
    const to = all[Math.min(Math.max(all.indexOf(day) + by, 0), all.length - 1)] ?? day;
    setAt(to);
    box.current?.querySelector<HTMLElement>(`[data-day="${to}"]`)?.focus();
  };
  return (
    <section className="card rule-card" aria-label={t('year.title', { year })}>
      <div className="year-head">
        <Button
          type="text"
          icon={<LeftOutlined aria-hidden />}
          aria-label={t('year.before')}
          onClick={() => setYear(year - 1)}
        />
        <h2>{t('year.title', { year })}</h2>
        <Button
          type="text"
          icon={<RightOutlined aria-hidden />}
          aria-label={t('year.after')}
          onClick={() => setYear(year + 1)}
        />
      </div>
      <ul className="year-legend">
        {KINDS.map((it) => (
          <li key={it}>
            <span className={`year-day day-${it}`} aria-hidden>
              {markOf(it) || '1'}
            </span>
            {t(`year.${it}`)}
          </li>
        ))}
      </ul>
      {calendar.national && !known && <p className="quiet">{t('year.unknown', { year })}</p>}
      <div className="year" ref={box}>
        {months.map(({ month, before, days }) => (
          <div key={month} className="month">
            <h3>{monthName(year, month)}</h3>
            <div className="month-days">
              {DAYS.map((it) => (
                <span key={it} className="month-weekday" aria-hidden>
                  {t(`day_short.${it}`)}
                </span>
              ))}
              {days.map((day, index) => (
                <DayCell
                  key={day}
                  it={dayKind(calendar, notice, day)}
                  style={index === 0 ? { gridColumnStart: before + 1 } : {}}
                  open={open}
                  isCurrent={day === current}
                  move={move}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}

/** Never colour alone: 休 and 班 as on every wall calendar. */
function markOf(kind: DayKind): string {
  const [off, on] = language() === 'en' ? ['–', '+'] : ['休', '班'];
  if (kind === 'holiday' || kind === 'own_off') return off;
  return kind === 'make_up' || kind === 'own_work' ? on : '';
}

type CellProps = {
  it: Day;
  style: { gridColumnStart?: number };
  open: ((day: string) => void) | undefined;
  isCurrent: boolean;
  move: (day: string, by: number) => void;
};

function DayCell({ it, style, open, isCurrent, move }: CellProps) {
  const { t } = useTranslation('handle');
  const { day, kind, why } = it;
  const holidayName = useHolidayName();
  const said = [day, t(`year.${kind}`), why && holidayName(why)].filter(Boolean).join(' ');
  const inside = (
    <>
      {Number(day.slice(8))}
      {markOf(kind) && <sup aria-hidden>{markOf(kind)}</sup>}
      {open && <span className="sr">{said}</span>}
    </>
  );
  const className = `year-day day-${kind}`;
  if (!open) {
    return (
      <span className={className} style={style} title={said}>
        {inside}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={className}
      style={style}
      title={said}
      data-day={day}
      tabIndex={isCurrent ? 0 : -1}
      onClick={() => open(day)}
      onKeyDown={(event) => {
        const by = STEPS[event.key];
        if (by === undefined) return;
        event.preventDefault();
        move(day, by);
      }}
    >
      {inside}
    </button>
  );
}

const monthName = (year: number, month: number) =>
  new Intl.DateTimeFormat(language(), { month: 'long', timeZone: 'UTC' }).format(Date.UTC(year, month - 1, 1));
