// Where within its state a case is, in the company's own words; nothing where there are none.

import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { said } from './Calendars.tsx';
import { type Case, useAct } from './case.tsx';
import { useStages } from './stages.ts';

const NONE = '';

export function StagePick({ it, may }: { it: Case; may: boolean }) {
  const { t } = useTranslation('handle');
  const act = useAct(it.id, it.version);
  const { data } = useStages();
  const stages = (data?.value.stages ?? []).filter((one) => one.of === it.state);
  // A stage that was taken out stays on the cases that are in it.
  const gone = it.stage && !stages.some((one) => one.code === it.stage) ? it.stage : undefined;
  if (stages.length === 0 && !gone) return null;
  const now = stages.find((one) => one.code === it.stage);
  if (!may) return <span className="quiet">{now ? said(now.name) : gone}</span>;
  return (
    <Select
      size="small"
      className="stage-pick"
      aria-label={t('stage.of', { state: t(`word:case_state.${it.state}`) })}
      value={it.stage ?? NONE}
      loading={act.isPending}
      onChange={(to) =>
        act.mutate({ verb: 'set_stage', fields: { stage: to || null, of: it.state }, done: t('done.set_stage') })
      }
      options={[
        { value: NONE, label: t('stage.none') },
        ...stages.map((one) => ({ value: one.code, label: said(one.name) })),
        ...(gone ? [{ value: gone, label: gone, disabled: true }] : []),
      ]}
      popupMatchSelectWidth={false}
    />
  );
}
