// What a customer ticked, in the words of the form that asked.

import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../house/api.ts';
import { language } from '../house/i18n.ts';
import { useMay } from '../house/me.tsx';

/** The words of an option of the form that this evaluation answers; nothing where they cannot be known. */
export function useOptionWord(evaluation: string | undefined): (key: string) => string | undefined {
  const may = useMay()('evaluations:read', 'forms:read');
  const given = useQuery({
    queryKey: ['evaluation', evaluation],
    queryFn: () => ask(api.GET('/api/v1/evaluations/{id}', { params: { path: { id: evaluation ?? '' } } })),
    enabled: may && evaluation !== undefined,
    retry: false,
  });
  const [form, version] = [given.data?.form, given.data?.form_version];
  const asked = useQuery({
    queryKey: ['form-version', form, version],
    queryFn: () =>
      ask(
        api.GET('/api/v1/forms/{id}/versions/{version}', {
          params: { path: { id: form ?? '', version: version ?? 0 } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: form !== undefined && version !== undefined,
    retry: false,
  });
  return (key) => {
    const options = (asked.data?.content.questions ?? []).flatMap((it) => ('options' in it ? it.options : []));
    const words = options.find((it) => it.key === key)?.text;
    return words && (words[language()] ?? Object.values(words)[0]);
  };
}
