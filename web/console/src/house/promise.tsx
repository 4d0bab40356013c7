// The promise in words: what, until when, how much is left. It agrees with the server's clock.

import { ClockCircleOutlined, ExclamationCircleFilled, HourglassOutlined } from '@ant-design/icons';
import { useSyncExternalStore } from 'react';
import type { Schemas } from './api.ts';
import { now, subscribe, tickAt } from './clock.ts';
import { span, when } from './format.ts';
import { useWords } from './i18n.ts';

const MINUTE_MS = 60_000;
/** At risk: less than a fifth of the time is left, and at the least the last half hour. */
const RISK_SHARE = 0.2;
const RISK_MS = 30 * MINUTE_MS;

export type Standing = 'broken' | 'risk' | 'fine';

/** All in ms since 1970. */
export function standing(started: number, due: number, at: number): Standing {
  if (due <= at) return 'broken';
  return due - at <= Math.max(RISK_MS, (due - started) * RISK_SHARE) ? 'risk' : 'fine';
}

/** The server's now, drawn again as it passes. Seconds matter only in the last minutes. */
export function useNow(step_ms: number = MINUTE_MS): number {
  useSyncExternalStore(subscribe, () => tickAt(step_ms));
  return now();
}

/** Says points and lengths of time. */
export function useTimeWords() {
  const t = useWords('house');
  return {
    moment: (at: number, of: number) => {
      const { key, time, date } = when(at, of);
      return t(key, { time, date });
    },
    length: (ms: number) => {
      const { key, big, small } = span(ms);
      return small === 0 && key !== 'span.moment' && key !== 'span.minutes'
        ? t(`${key}_whole`, { big })
        : t(key, { big, small });
    },
  };
}

const ICONS = {
  broken: <ExclamationCircleFilled aria-hidden />,
  risk: <HourglassOutlined aria-hidden />,
  fine: <ClockCircleOutlined aria-hidden />,
};

export function PromiseLine({ next, short }: { next: Schemas['NextPromise']; short?: boolean }) {
  const t = useWords('house');
  const words = useTimeWords();
  const at = useNow(1000);
  const due = Date.parse(next.due_at);
  const stands = standing(Date.parse(next.started_at), due, at);
  const what = t(`word:promise.${next.promise}`);
  const until = t('promise.until', { when: words.moment(due, at), what });
  const left = t(stands === 'broken' ? 'promise.over' : 'promise.left', { length: words.length(due - at) });
  return (
    <span className={`promise promise-${stands}${short ? ' promise-short' : ''}`} title={short ? until : undefined}>
      <span aria-hidden>{ICONS[stands]}</span>
      {short ? <span className="sr">{until}</span> : <span>{until}</span>}
      <b>{left}</b>
    </span>
  );
}

/** A point in time, said near, with the full one to be read. */
export function At({ at }: { at: string }) {
  const words = useTimeWords();
  const current = useNow();
  return <time dateTime={at}>{words.moment(Date.parse(at), current)}</time>;
}
