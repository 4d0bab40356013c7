// 承诺: every clock of the case, and why its deadline is what it is.

import { CheckOutlined, CloseOutlined, PauseOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../house/api.ts';
import { moment } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { PromiseLine, useNow, useTimeWords } from '../house/promise.tsx';
import type { Case } from './case.tsx';
import { useCalendars, usePolicies } from './rules.ts';

type Clock = Schemas['ClockBody'];

/** What still runs goes before what has ended. */
const ORDER: Schemas['ClockState'][] = ['breached', 'running', 'paused', 'late', 'kept', 'cancelled'];

export function Promises({ it }: { it: Case }) {
  const { t } = useTranslation('handle');
  const clocks = [...it.clocks].sort(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.due_at.localeCompare(b.due_at),
  );
  return (
    <section className="card promises">
      <h2>{t('promises.title')}</h2>
      {clocks.length === 0 && <p className="quiet">{t('promises.none')}</p>}
      <ul>
        {clocks.map((clock) => (
          <li key={clock.id}>
            <Line clock={clock} />
            <details className="because">
              <summary>{t('promises.why')}</summary>
              <Why why={clock.why} />
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Line({ clock }: { clock: Clock }) {
  const { t } = useTranslation('handle');
  const words = useTimeWords();
  const at = useNow();
  const what = t(`word:promise.${clock.promise}`);
  if (clock.state === 'running' || clock.state === 'breached') {
    return <PromiseLine next={{ promise: clock.promise, started_at: clock.why.started_at, due_at: clock.due_at }} />;
  }
  const icon = {
    paused: <PauseOutlined aria-hidden />,
    kept: <CheckOutlined aria-hidden />,
    late: <CloseOutlined aria-hidden />,
    cancelled: null,
  }[clock.state];
  const tone = { paused: 'promise-risk', kept: 'promise-kept', late: 'promise-broken', cancelled: 'quiet' }[
    clock.state
  ];
  return (
    <span className={`promise ${tone}`}>
      <span aria-hidden>{icon}</span>
      <span>
        {what} · {t(`word:clock_state.${clock.state}`)}
      </span>
      {clock.state === 'paused' && (
        <span>{t('promises.then', { when: words.moment(Date.parse(clock.due_at), at) })}</span>
      )}
    </span>
  );
}

/** Spans, calendar, policy: everything the deadline was computed from. */
export function Why({ why }: { why: Schemas['Explanation'] }) {
  const { t } = useTranslation('handle');
  const words = useTimeWords();
  const policies = usePolicies();
  const calendars = useCalendars();
  const say = (names: Record<string, string> | undefined) => names?.[language()] ?? Object.values(names ?? {})[0] ?? '';
  const policy = policies.find((one) => one.id === why.policy?.id);
  const rule = policy?.policy.rules.find((one) => one.key === why.policy?.rule);
  const calendar = calendars.find((one) => one.id === why.spans[0]?.calendar.id);
  return (
    <div className="why-deadline">
      <p>
        {t('why.target', { target: useTarget()(why.target), calendar: say(calendar?.name) })}
        {why.policy
          ? t('why.policy', {
              policy: say(policy?.name),
              rule: say(rule?.name) || why.policy.rule,
              version: why.policy.version,
            })
          : t('why.by_hand')}
      </p>
      <p>{t('why.from_to', { from: moment(why.started_at), to: moment(why.due_at) })}</p>
      {why.weekend_days > 0 && <p>{t('why.weekends', { count: why.weekend_days })}</p>}
      {why.special_days.length > 0 && (
        <ul>
          {why.special_days.map((day) => (
            <li key={day.date}>
              {day.date} {day.open ? t('why.open') : t('why.off')}
              {language() === 'en' ? `: ${day.why_en}` : `：${day.why_zh}`}
            </li>
          ))}
        </ul>
      )}
      <ol className="spans">
        {why.spans.map((one) => (
          <li key={one.from} className={one.paused ? 'span-paused' : ''}>
            {moment(one.from)} – {moment(one.to)}
            <span className="quiet">
              {one.paused
                ? t('why.paused', { why: t(`word:pause_reason.${one.paused}`) })
                : t('why.counted', { length: words.length(one.counted_ms) })}
            </span>
          </li>
        ))}
      </ol>
      <p className="quiet">
        {t('why.elapsed', { length: words.length(why.elapsed_ms) })}
        {why.provisional && ` ${t('why.provisional')}`}
      </p>
    </div>
  );
}

/** How long, in words: `4 小时`, `2 个工作日`. */
export function useTarget(): (target: Schemas['PromiseTarget']) => string {
  const { t } = useTranslation('handle');
  const words = useTimeWords();
  return (target) => {
    if ('elapsed' in target) return words.length(target.elapsed.seconds * 1000);
    if ('natural_days' in target) return t('target.natural_days', { count: target.natural_days.days });
    return t('target.working_days', { count: target.working_days.days });
  };
}
