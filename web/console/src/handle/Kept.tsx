// 已守时: the promises kept today. Quiet, below what is still to be done.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../house/api.ts';
import { now } from '../house/clock.ts';
import { dayOf } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useLook } from '../house/live.ts';
import { useMay } from '../house/me.tsx';

const LOOK_MS = 60_000;
const METRIC = 'sla_attainment';

export function Kept({ staff }: { staff: string }) {
  const { t } = useTranslation('handle');
  const may = useMay()('metrics:read');
  const day = dayOf(now());
  const { data } = useQuery({
    queryKey: ['figure', METRIC, staff, day, day, language()],
    queryFn: () => {
      const query = { from: day, to: day, staff };
      return ask(api.GET('/api/v1/figures/{metric}', { params: { path: { metric: METRIC }, query } }));
    },
    refetchInterval: useLook(LOOK_MS),
    enabled: may && staff !== '',
  });
  if (!data?.total.denominator) return null;
  const { numerator, denominator, pending } = data.total;
  return (
    <p className="quiet kept" role="status">
      {t('work.kept', { n: numerator, all: denominator })}
      {pending > 0 && t('work.kept_pending', { count: pending })}
    </p>
  );
}
