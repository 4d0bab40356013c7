// My week: five figures, each with what it is made of.

import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FigureLine } from '../analysis/figure.tsx';
import { api, ask } from '../house/api.ts';
import { now } from '../house/clock.ts';
import { addDays, dayOf } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useMay } from '../house/me.tsx';

const FIGURES = ['csat', 'first_response_in_time', 'resolution_in_time', 'first_response_time', 'second_feedback_rate'];
const WEEK_DAYS = 7;

export function MyFigures({ staff }: { staff: string }) {
  const { t } = useTranslation('handle');
  const may = useMay()('metrics:read');
  const to = dayOf(now());
  const from = addDays(to, 1 - WEEK_DAYS);
  const figures = useQueries({
    queries: FIGURES.map((metric) => ({
      queryKey: ['figure', metric, staff, from, to, language()],
      queryFn: () =>
        ask(api.GET('/api/v1/figures/{metric}', { params: { path: { metric }, query: { from, to, staff } } })),
      staleTime: 60_000,
      enabled: may && staff !== '',
    })),
  });
  if (!may) return null;
  return (
    <section className="card week">
      <h2>{t('work.week')}</h2>
      <dl>
        {FIGURES.map((metric, at) => (
          <FigureLine key={metric} metric={metric} figure={figures[at]?.data} />
        ))}
      </dl>
    </section>
  );
}
