// Kind, category and priority: proposed by the house, corrected by a person in one action, which can be undone.

import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ask, type Schemas } from '../house/api.ts';
import { language } from '../house/i18n.ts';
import { useTree } from '../house/me.tsx';
import { Fold } from '../house/Shell.tsx';
import { type Because, Why } from '../triage/Why.tsx';
import { type Case, KINDS, KindTag, PRIORITIES, useAct } from './case.tsx';

export function Labels({ it, may }: { it: Case; may: boolean }) {
  const { t } = useTranslation('handle');
  const categories = useTree('category');
  const category = categories.find((one) => one.id === it.category);
  const name = category ? (language() === 'en' ? category.name_en : category.name_zh) : t('labels.no_category');
  const act = useAct(it.id, it.version);
  // What is undone is what is there then, not what we saw.
  const back = async (fields: Record<string, unknown>) => {
    await ask(
      api.POST('/api/v1/cases/{id}/{verb}', {
        params: { path: { id: it.id, verb: 'correct' } },
        body: fields as Schemas['CaseAction'],
      }),
    ).catch(() => undefined);
    again.refetch();
  };
  const again = useQuery({
    queryKey: ['case', it.id],
    queryFn: () => ask(api.GET('/api/v1/cases/{id}', { params: { path: { id: it.id } } })),
    enabled: false,
  });
  const correct = (field: 'kind' | 'category' | 'priority', value: string | null) => {
    const before = it[field] ?? null;
    if (value === before || value === null) return;
    act.mutate({
      verb: 'correct',
      fields: { [field]: value },
      done: t('done.correct'),
      ...(before === null ? {} : { undo: () => back({ [field]: before }) }),
    });
  };
  const opened = it.timeline.find((entry) => entry.what === 'opened' && entry.case === it.id);
  const because = (opened?.event as { because?: Because[] } | undefined)?.because ?? [];
  const open = !['solved', 'closed'].includes(it.state);
  if (!may || !open) {
    return (
      <span className="labels">
        <KindTag row={it} /> <span className="quiet">{name}</span>
      </span>
    );
  }
  return (
    <Fold
      label={t('labels.correct')}
      named
      className="labels labels-open"
      icon={
        <>
          <span className="sr">{t('labels.correct')}</span>
          <KindTag row={it} /> <span className="quiet">{name}</span> <span aria-hidden>▾</span>
        </>
      }
    >
      <div className="labels-form">
        <Why because={because} evaluation={it.rounds[0]?.evaluation} />
        <Select
          aria-label={t('cases.kind')}
          prefix={<span className="quiet">{t('cases.kind')}</span>}
          value={it.kind}
          onChange={(to) => correct('kind', to)}
          options={KINDS.map((one) => ({ value: one, label: t(`word:kind.${one}`) }))}
        />
        <Select
          aria-label={t('labels.category')}
          prefix={<span className="quiet">{t('labels.category')}</span>}
          value={it.category ?? null}
          placeholder={t('labels.no_category')}
          onChange={(to: string | null) => correct('category', to)}
          options={categories
            .filter((one) => !one.is_archived)
            .map((one) => ({ value: one.id, label: language() === 'en' ? one.name_en : one.name_zh }))}
          showSearch={{ optionFilterProp: 'label' }}
        />
        <Select
          aria-label={t('cases.priority')}
          prefix={<span className="quiet">{t('cases.priority')}</span>}
          value={it.priority}
          onChange={(to) => correct('priority', to)}
          options={PRIORITIES.map((one) => ({ value: one, label: t(`word:priority.${one}`) }))}
        />
      </div>
    </Fold>
  );
}
