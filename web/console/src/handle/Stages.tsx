// 工单阶段: finer steps than the states every case has, in the company's own words.

import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Marked, newId } from '../house/api.ts';
import { Page } from '../house/Page.tsx';
import { KeepBar, useSettingDraft } from '../house/setting.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { STATES } from './case.tsx';
import { STAGES, type Stage, useStages } from './stages.ts';
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
      {stages.data && <List found={stages.data} />}
    </Page>
  );
}

function List({ found }: { found: Marked<{ stages: Stage[] }> }) {
  const { t } = useTranslation('handle');
  const changes = useSettingDraft(STAGES, found, t('stages.kept'));
  const { stages } = changes.draft;
  const setStages = (to: Stage[]) => changes.set({ stages: to });
  const fault = (at: number, field: string) => changes.fault(`stages.${at}.${field}`);
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
        changes.keep();
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
                lang={language}
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
      <div className="stages-end">
        <Button onClick={add}>{t('stages.add')}</Button>
      </div>
      <KeepBar of={changes} label={t('stages.keep')} />
    </form>
  );
}

/** Cases keep the code, so it is never used for another stage while this one is listed. */
function newCode(stages: Stage[]): string {
  const taken = new Set(stages.map((it) => it.code));
  for (;;) {
    // Drawn, not counted: two people who add one each at the same time add two.
    const code = `stage_${newId().slice(-6)}`;
    if (!taken.has(code)) return code;
  }
}
