// 工单阶段: finer steps than the states every case has, in the company's own words.

import { useMutation } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, queries, Trouble } from '../house/api.ts';
import { Page } from '../house/Page.tsx';
import { Empty, Failed, Loading, useSaid } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';
import { STATES } from './case.tsx';
import { STAGES_KEY, type Stage, useStages } from './stages.ts';
import './case.css';
import '../platform/settings.css';

export function Stages() {
  const { t } = useTranslation('handle');
  const stages = useStages();
  return (
    <Page title={t('stages.title')} help="stages">
      <p className="quiet">{t('stages.text')}</p>
      {stages.isPending && <Loading />}
      {stages.error && <Failed error={stages.error} again={() => stages.refetch()} />}
      {stages.data && <List key={stages.dataUpdatedAt} kept={stages.data.stages} />}
    </Page>
  );
}

function List({ kept }: { kept: Stage[] }) {
  const { t } = useTranslation('handle');
  const said = useSaid();
  const [stages, setStages] = useState(kept);
  const put = useMutation({
    mutationFn: (to: Stage[]) =>
      ask(
        api.PUT('/api/v1/settings/{key}', { ...STAGES_KEY, body: { stages: to } as unknown as Record<string, never> }),
      ),
    onSuccess: (now) => {
      queries.setQueryData(['setting', 'case_stages'], now);
      tell(t('stages.kept'), () => put.mutate(kept));
    },
  });
  const fault = (at: number, field: string) =>
    put.error instanceof Trouble ? put.error.at(`stages.${at}.${field}`) : undefined;
  const change = (at: number, to: Partial<Stage>) =>
    setStages(stages.map((it, index) => (index === at ? { ...it, ...to } : it)));
  const move = (at: number, by: number) => {
    const order = [...stages];
    const [taken] = order.splice(at, 1);
    if (taken) order.splice(at + by, 0, taken);
    setStages(order);
  };
  const add = () => setStages([...stages, { code: newCode(stages), of: 'in_progress', name: { 'zh-CN': '', en: '' } }]);
  return (
    <form
      className="stages"
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate(stages);
      }}
    >
      {stages.length === 0 && <Empty title={t('stages.none')}>{t('stages.none_text')}</Empty>}
      <ol>
        {stages.map((it, at) => (
          <li key={it.code} className="card stage-row">
            <Select
              aria-label={t('stages.of')}
              value={it.of}
              onChange={(of) => change(at, { of })}
              options={STATES.filter((one) => one !== 'closed').map((one) => ({
                value: one,
                label: t(`word:case_state.${one}`),
              }))}
            />
            {(['zh-CN', 'en'] as const).map((language) => (
              <Input
                key={language}
                aria-label={t(`stages.name_${language}`)}
                placeholder={t(`stages.name_${language}`)}
                value={it.name[language] ?? ''}
                {...(fault(at, 'name') ? { status: 'error' as const } : {})}
                onChange={(event) => change(at, { name: { ...it.name, [language]: event.target.value } })}
              />
            ))}
            <span className="stage-moves">
              <Button aria-label={t('stages.up')} disabled={at === 0} onClick={() => move(at, -1)}>
                ↑
              </Button>
              <Button aria-label={t('stages.down')} disabled={at === stages.length - 1} onClick={() => move(at, 1)}>
                ↓
              </Button>
              <Button onClick={() => setStages(stages.filter((_, index) => index !== at))}>{t('stages.remove')}</Button>
            </span>
            {['code', 'of', 'name'].map((field) =>
              fault(at, field) ? (
                <p key={field} className="fault">
                  {fault(at, field)}
                </p>
              ) : null,
            )}
          </li>
        ))}
      </ol>
      {put.error && (
        <p className="fault" role="alert">
          {said(put.error)}
        </p>
      )}
      <div className="stages-end">
        <Button onClick={add}>{t('stages.add')}</Button>
        <Button type="primary" htmlType="submit" loading={put.isPending} disabled={stages === kept}>
          {t('stages.keep')}
        </Button>
      </div>
    </form>
  );
}

/** Cases keep the code, so it is never used for another stage while this one is listed. */
function newCode(stages: Stage[]): string {
  const taken = new Set(stages.map((it) => it.code));
  for (let n = 1; ; n++) {
    const code = `stage_${n}`;
    if (!taken.has(code)) return code;
  }
}
