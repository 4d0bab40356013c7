// The forms that brought evaluations can be answers to.

import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../../house/api.ts';
import { language } from '../../house/i18n.ts';
import { useMay } from '../../house/me.tsx';

export function useForms(wanted: boolean): { value: string; label: string }[] {
  const may = useMay()('forms:read');
  const { data = [] } = useQuery({
    queryKey: ['forms'],
    queryFn: () => ask(api.GET('/api/v1/forms')),
    enabled: wanted && may,
  });
  const published = data.filter((it) => it.published_version);
  return published.map((it) => {
    const title = it.draft.title[language()] ?? it.draft.title['zh-CN'] ?? '';
    return { value: it.key, label: `${title} (${it.key})` };
  });
}
