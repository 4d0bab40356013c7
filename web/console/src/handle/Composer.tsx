// Writing: to the customer, to colleagues, or a question that stops the clock.

import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../house/api.ts';
import { useMe, useMyId, useStaff, useStaffName } from '../house/me.tsx';
import { type Case, useAct } from './case.tsx';
import { useDraft } from './useDraft.ts';

export type Mode = 'reply' | 'note' | 'wait_for_customer' | 'customer_replied';
const MODES: Mode[] = ['reply', 'note', 'wait_for_customer', 'customer_replied'];
const HOWS = ['message', 'phone', 'in_person'] as const;
const CHARS_MAX = 5000;

/** A word of a sentence, standing by itself. */
const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

export function Composer({ it, mode, setMode }: { it: Case; mode: Mode; setMode: (to: Mode) => void }) {
  const { t } = useTranslation('handle');
  const [text, setText] = useDraft(`${it.id}.${mode}`);
  const [how, setHow] = useState<(typeof HOWS)[number]>('message');
  const [solution, setSolution] = useState(false);
  const [mentions, setMentions] = useState<string[]>([]);
  const act = useAct(it.id, it.version);
  const staff = useStaff();

  const send = () => {
    if (!text.trim() || act.isPending) return;
    const fields =
      mode === 'note' ? { text, mentions } : mode === 'reply' ? { text, how, is_solution: solution } : { text, how };
    act.mutate(
      { verb: mode, fields, done: t(`done.${mode}`) },
      {
        onSuccess: () => {
          setText('');
          setSolution(false);
          setMentions([]);
        },
      },
    );
  };

  const other = useOther(it, text !== '');

  return (
    <div className={mode === 'note' ? 'composer composer-note card' : 'composer card'}>
      <div className="tabs">
        {MODES.map((one) => (
          <button key={one} type="button" className="tab" aria-pressed={one === mode} onClick={() => setMode(one)}>
            {t(`composer.${one}`)}
          </button>
        ))}
      </div>
      <textarea
        id="composer"
        aria-label={t(`composer.${mode}`)}
        placeholder={t(`composer.${mode}_hint`)}
        value={text}
        maxLength={CHARS_MAX}
        rows={4}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            send();
          }
        }}
      />
      {other && (
        <p className="composer-other" role="status">
          {t('changed_by', { name: other })}
        </p>
      )}
      {mode === 'reply' && text.trim() && <Preview text={text} />}
      <div className="composer-foot">
        {mode === 'note' ? (
          <Select
            mode="multiple"
            aria-label={t('composer.mention')}
            placeholder={t('composer.mention')}
            value={mentions}
            onChange={setMentions}
            options={staff.filter((one) => one.active).map((one) => ({ value: one.id, label: one.name }))}
            showSearch={{ optionFilterProp: 'label' }}
            maxTagCount="responsive"
            className="filter"
          />
        ) : (
          <>
            <Select
              aria-label={t('composer.how')}
              value={how}
              onChange={setHow}
              options={HOWS.map((one) => ({ value: one, label: capital(t(`how.${one}`)) }))}
            />
            {mode === 'reply' && <Scripts it={it} take={(script) => setText(text ? `${text}\n${script}` : script)} />}
            {mode === 'reply' && (
              <Checkbox checked={solution} onChange={(event) => setSolution(event.target.checked)}>
                {t('composer.solution')}
              </Checkbox>
            )}
          </>
        )}
        <Button type="primary" onClick={send} loading={act.isPending} disabled={!text.trim()} className="composer-send">
          {t(`composer.${mode}_send`)}
        </Button>
      </div>
    </div>
  );
}

/** Who else did something to the case since one began to write; nobody, mostly. */
function useOther(it: Case, isWriting: boolean): string {
  const { t } = useTranslation('handle');
  const staffName = useStaffName();
  const me = useMyId();
  const [since, setSince] = useState(it.version);
  if (!isWriting && since !== it.version) setSince(it.version);
  if (!isWriting || since === it.version) return '';
  const entry = it.timeline.findLast((one) => one.case === it.id && one.seq > since && one.by.kind !== 'system');
  if (!entry || (entry.by.kind === 'staff' && entry.by.id === me)) return '';
  return (entry.by.kind === 'staff' && staffName(entry.by.id)) || t(`who.${entry.by.kind}`);
}

/** 客户将看到. */
function Preview({ text }: { text: string }) {
  const { t } = useTranslation('handle');
  const { staff, tenant } = useMe();
  return (
    <details className="preview">
      <summary>{t('composer.preview')}</summary>
      <figure>
        <figcaption className="quiet">
          {tenant.name} · {staff?.name} · {staff?.number}
        </figcaption>
        <p>{text}</p>
      </figure>
    </details>
  );
}

/** 话术: those for this kind first, the rest below. */
function Scripts({ it, take }: { it: Case; take: (text: string) => void }) {
  const { t } = useTranslation('handle');
  const { data = [] } = useQuery({
    queryKey: ['scripts'],
    queryFn: () => ask(api.GET('/api/v1/scripts')),
    staleTime: 5 * 60_000,
  });
  const usable = data.filter((one) => !one.is_archived && (one.kinds.length === 0 || one.kinds.includes(it.kind)));
  if (usable.length === 0) return null;
  return (
    <Select
      aria-label={t('composer.script')}
      placeholder={t('composer.script')}
      value={null}
      onChange={(id: string | null) => {
        const found = usable.find((one) => one.id === id);
        if (found) take(found.body);
      }}
      options={usable.map((one) => ({ value: one.id, label: one.title, title: one.body }))}
      showSearch={{ optionFilterProp: 'label' }}
      className="filter"
      popupMatchSelectWidth={320}
    />
  );
}
