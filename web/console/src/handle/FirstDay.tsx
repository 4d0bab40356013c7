// The first day, in a few steps that lead to the real pages. Skipped for good, and opened again where it was.

import { CheckCircleFilled, RightCircleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type May, useMay } from '../house/me.tsx';
import { usePreference } from '../house/preference.ts';

const STEPS: { key: string; to: string; may: May }[] = [
  { key: 'promise', to: '/cases?view=mine', may: 'cases:act' },
  { key: 'words', to: '/evaluations?commented=yes', may: 'evaluations:read' },
  { key: 'form', to: '/forms', may: 'forms:read' },
  { key: 'figure', to: '/overview', may: 'metrics:read' },
  { key: 'own', to: '/me', may: 'cases:act' },
];

/** What is kept: the steps that were gone, and `skip`. */
const NONE: string[] = [];
const areSteps = (it: unknown): it is string[] => Array.isArray(it) && it.every((one) => typeof one === 'string');

export function FirstDay() {
  const { t } = useTranslation('handle');
  const may = useMay();
  const { value: gone, keep } = usePreference('first-day', NONE, areSteps);
  if (!gone) return null;
  const steps = STEPS.filter((it) => may(it.may));
  const left = steps.filter((it) => !gone.includes(it.key)).length;
  if (gone.includes('skip')) {
    return (
      <button type="button" className="text-button" onClick={() => keep(gone.filter((it) => it !== 'skip'))}>
        {t('first.again')}
      </button>
    );
  }
  return (
    <section className="card first-day" aria-label={t('first.title')}>
      <h2>{t('first.title')}</h2>
      <p className="quiet">{left > 0 ? t('first.left', { count: left }) : t('first.done')}</p>
      <ol>
        {steps.map((it) => (
          <li key={it.key}>
            <Link to={it.to} onClick={() => keep([...new Set([...gone, it.key])])}>
              {gone.includes(it.key) ? (
                <CheckCircleFilled aria-label={t('first.gone')} />
              ) : (
                <RightCircleOutlined aria-hidden />
              )}{' '}
              {t(`first.step_${it.key}`)}
            </Link>
            <p className="quiet">{t(`first.why_${it.key}`)}</p>
          </li>
        ))}
      </ol>
      <button type="button" className="text-button" onClick={() => keep([...gone, 'skip'])}>
        {t(left > 0 ? 'first.skip' : 'first.close')}
      </button>
    </section>
  );
}
