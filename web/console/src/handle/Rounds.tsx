// The picture of the product: the first score, what was done, the score after, and a week later.

import { useTranslation } from 'react-i18next';
import { date, moment } from '../house/format.ts';
import { useNow } from '../house/promise.tsx';
import { type Case, Score } from './case.tsx';

type Step = { key: string; at: string; label: string; score: number | null | undefined; done: boolean };
export function Rounds({ it }: { it: Case }) {
  const { t } = useTranslation('handle');
  const now = useNow();
  const steps: Step[] = it.rounds.map((one) => ({
    key: one.evaluation,
    at: one.submitted_at,
    label: t(`word:round.${one.round}`),
    score: one.csat,
    done: false,
  }));
  for (const entry of it.timeline) {
    if (entry.what === 'rectification_checked' && (entry.event as { is_done?: boolean }).is_done) {
      steps.push({
        key: `${entry.case}${entry.seq}`,
        at: entry.at,
        label: t('rounds.rectified'),
        score: null,
        done: true,
      });
    }
    if (entry.what === 'told') {
      steps.push({ key: `${entry.case}${entry.seq}`, at: entry.at, label: t('rounds.told'), score: null, done: true });
    }
  }
  steps.sort((a, b) => a.at.localeCompare(b.at));
  if (it.rounds.length === 0) return null;
  const asked = it.timeline.some((entry) => entry.what === 'reevaluation_sent');
  const waits = asked && !it.rounds.some((one) => one.round === 'after_rectification');
  return (
    <section className="card rounds" aria-label={t('rounds.title')}>
      <h2>{t('rounds.title')}</h2>
      <ol>
        {steps.map((step) => (
          <li key={step.key} className={step.done ? 'round round-done' : 'round'}>
            {step.done ? <span aria-hidden>✓</span> : <Score score={step.score} />}
            <span>{step.label}</span>
            <span className="quiet">
              <time dateTime={step.at} title={moment(step.at)}>
                {date(Date.parse(step.at), now)}
              </time>
            </span>
          </li>
        ))}
        {waits && (
          <li className="round round-waits">
            <span aria-hidden>…</span>
            <span>{t('rounds.waits')}</span>
          </li>
        )}
      </ol>
    </section>
  );
}
