// 时间线: what happened, newest first. What the customer saw stands out from what stayed in the house.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../house/api.ts';
import { moment } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useStaffName, useTeamName, useTree } from '../house/me.tsx';
import { At } from '../house/promise.tsx';
import { type Because, Why } from '../triage/Why.tsx';
import type { Case } from './case.tsx';

type Entry = Schemas['EntryBody'];
type Fields = Record<string, unknown>;

const SHOWN = ['main', 'public', 'all'] as const;
type Shown = (typeof SHOWN)[number];

/** Words that went between the customer and us. */
const PUBLIC = ['replied', 'customer_replied', 'told', 'confirmed', 'reopened'];
/** The machinery of promises; there for who wants to see all. */
const CLOCKS = ['clock_started', 'clock_paused', 'clock_resumed', 'clock_stopped', 'clock_cancelled', 'stage_set'];

export function TimeLine({ it }: { it: Case }) {
  const { t } = useTranslation('handle');
  const [shown, setShown] = useState<Shown>('main');
  const entries = it.timeline
    .filter((one) => shown === 'all' || !CLOCKS.includes(one.what))
    .filter((one) => shown !== 'public' || PUBLIC.includes(one.what))
    .reverse();
  return (
    <div className="line">
      <div className="tabs">
        {SHOWN.map((one) => (
          <button key={one} type="button" className="tab" aria-pressed={one === shown} onClick={() => setShown(one)}>
            {t(`line.show_${one}`)}
          </button>
        ))}
      </div>
      <ol>
        {entries.map((entry) => (
          <Line key={`${entry.case} ${entry.seq}`} entry={entry} of={it} />
        ))}
      </ol>
      {entries.length === 0 && <p className="quiet line-none">{t('line.none')}</p>}
    </div>
  );
}

function Line({ entry, of }: { entry: Entry; of: Case }) {
  const { t } = useTranslation('handle');
  const fields = entry.event as Fields;
  const text = ['text', 'comment', 'result', 'solution', 'reason', 'said']
    .map((it) => fields[it])
    .find((it) => it && typeof it === 'string');
  const nested = fields.cause ?? fields.plan ?? fields.decision;
  const inner = nested && typeof nested === 'object' ? (nested as Fields) : undefined;
  const body = (text ?? inner?.text ?? inner?.measure ?? inner?.reason) as string | undefined;
  const kind = PUBLIC.includes(entry.what)
    ? entry.by.kind === 'staff'
      ? 'ours'
      : 'theirs'
    : entry.what === 'noted'
      ? 'note'
      : 'small';
  const because = Array.isArray(fields.because) ? (fields.because as Because[]) : [];
  return (
    <li className={`entry entry-${kind}`}>
      <p className="entry-head">
        <b>
          <Who by={entry.by} />
        </b>
        <What entry={entry} />
        {entry.case !== of.id && <Link to={`/cases/${entry.case}`}>{t('line.of_duplicate')}</Link>}
        <span className="quiet entry-time" title={moment(entry.at)}>
          <At at={entry.at} />
        </span>
      </p>
      {body && entry.what !== 'opened' && <p className="entry-text">{body}</p>}
      {because.length > 0 && (
        <details className="because">
          <summary>{t('line.because')}</summary>
          <Why because={because} evaluation={of.rounds[0]?.evaluation} />
        </details>
      )}
    </li>
  );
}

function Who({ by }: { by: Schemas['Actor'] }) {
  const { t } = useTranslation('handle');
  const staffName = useStaffName();
  return <>{by.kind === 'staff' ? staffName(by.id) || t('who.staff') : t(`who.${by.kind}`)}</>;
}

/** What was done, with the names and labels in it. */
function What({ entry }: { entry: Entry }) {
  const { t } = useTranslation('handle');
  const staffName = useStaffName();
  const teamName = useTeamName();
  const categories = useTree('category');
  const fields = entry.event as Fields;
  const category = (id: unknown) => {
    const found = categories.find((it) => it.id === id);
    return found ? (language() === 'en' ? found.name_en : found.name_zh) : t('labels.no_category');
  };
  const named = (id: unknown) => staffName(typeof id === 'string' ? id : '');
  const nested = (fields.plan ?? fields.cause ?? fields.decision ?? fields.clock ?? {}) as Fields;
  const clock = typeof nested === 'object' ? ((nested.terms as Fields | undefined)?.promise ?? '') : '';
  switch (entry.what) {
    case 'assigned': {
      const staff = named(fields.staff);
      return <>{staff ? t('event.assigned', { staff }) : t('event.queued', { team: teamName(String(fields.team)) })}</>;
    }
    case 'kind_corrected':
      return <>{t('event.kind_corrected', { from: t(`word:kind.${fields.from}`), to: t(`word:kind.${fields.to}`) })}</>;
    case 'priority_corrected':
      return (
        <>
          {t('event.priority_corrected', {
            from: t(`word:priority.${fields.from}`),
            to: t(`word:priority.${fields.to}`),
          })}
        </>
      );
    case 'category_corrected':
      return <>{t('event.category_corrected', { from: category(fields.from), to: category(fields.to) })}</>;
    case 'rectification_planned':
      return (
        <>{t('event.rectification_planned', { owner: named(nested.owner), due: moment(String(nested.due_at)) })}</>
      );
    case 'rectification_checked':
      return <>{fields.is_done ? t('event.rectification_verified') : t('event.rectification_refused')}</>;
    case 'suggestion_decided':
      return <>{nested.decision === 'adopted' ? t('event.adopted') : t('event.declined')}</>;
    case 'cause_set':
      return <>{t('event.cause_set', { root: t(`word:cause.${nested.root}`) })}</>;
    case 'wait_ended':
      return <>{t(`event.wait_ended_${fields.why}`)}</>;
    case 'collaboration_begun':
    case 'collaboration_ended':
      return <>{t(`event.${entry.what}`, { staff: named(fields.staff) })}</>;
    case 'replied':
      return <>{t(fields.is_solution ? 'event.replied_solution' : 'event.replied', { how: t(`how.${fields.how}`) })}</>;
    case 'clock_started':
    case 'clock_paused':
    case 'clock_resumed':
    case 'clock_stopped':
    case 'clock_cancelled':
      return <>{t(`event.${entry.what}`, { promise: clock ? t(`word:promise.${clock}`) : '' })}</>;
    default:
      return <>{t(`event.${entry.what}`)}</>;
  }
}
