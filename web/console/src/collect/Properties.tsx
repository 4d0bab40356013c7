// How a question behaves, beside what it says; or, when none is chosen, how the form does.

import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import type { Schemas } from '../house/api.ts';
import { languageName } from '../house/format.ts';
import { NumberInput } from '../house/NumberInput.tsx';
import { Select } from '../house/Select.tsx';
import { Conditions } from './Conditions.tsx';
import { type Content, points, type Question, say } from './form.ts';
import { Texts } from './Texts.tsx';

const DIMENSIONS: Schemas['Dimension'][] = [
  'overall',
  'speed',
  'attitude',
  'professionalism',
  'solved',
  'effort',
  'promise',
  'correction',
];
const LOOKS: Schemas['Look'][] = ['stars', 'faces', 'labels'];
const PURPOSES: Schemas['Purpose'][] = [
  'transactional',
  'relationship',
  'after_rectification',
  'cooling_off',
  'spot_check',
];
const LEVELS: Schemas['Level'][] = ['standard', 'key', 'vip'];
const LANGUAGES = ['zh-CN', 'zh-TW', 'en', 'ja', 'ko', 'fr', 'de', 'es', 'pt', 'ru', 'ar', 'vi', 'th'];

type Props = { content: Content; chosen: string; may: boolean; set: (to: Content) => void };

export function Properties({ content, chosen, may, set }: Props) {
  const { t } = useTranslation('collect');
  const at = content.questions.findIndex((it) => it.key === chosen);
  const it = content.questions[at];
  if (!it) return <OfForm content={content} may={may} set={set} />;
  const change = (to: Question) =>
    set({ ...content, questions: content.questions.map((one) => (one === it ? to : one)) });
  return (
    <section className="properties" aria-label={t('prop.question')}>
      <h2>{t('form.nth', { n: at + 1, text: say(it.text) || t(`type.${it.type}`) })}</h2>
      <h3>{t('prop.when')}</h3>
      <Conditions
        value={it.show_if}
        earlier={content.questions.slice(0, at)}
        may={may}
        set={(show_if) => change({ ...it, show_if })}
      />
      <h3>{t('prop.answer')}</h3>
      <div className="checks">
        <Checkbox
          disabled={!may}
          checked={it.required ?? false}
          onChange={(event) => change({ ...it, required: event.target.checked })}
        >
          {t('form.required')}
        </Checkbox>
        {it.type !== 'consent' && (
          <Checkbox
            disabled={!may}
            checked={it.not_applicable ?? false}
            onChange={(event) => change({ ...it, not_applicable: event.target.checked })}
          >
            {t('prop.not_applicable')}
          </Checkbox>
        )}
      </div>
      <OfKind it={it} languages={content.languages} may={may} change={change} />
      <h3>{t('prop.hint')}</h3>
      <Texts
        label={t('prop.hint')}
        languages={content.languages}
        value={it.hint}
        may={may}
        set={(hint) => change({ ...it, hint })}
      />
      <p className="quiet">{t('prop.key', { key: it.key })}</p>
    </section>
  );
}

type KindProps = { it: Question; languages: string[]; may: boolean; change: (to: Question) => void };

/** What only this kind of question has. */
function OfKind({ it, languages, may, change }: KindProps) {
  const { t } = useTranslation('collect');
  const dimension = (
    value: Schemas['Dimension'] | null | undefined,
    put: (to: Schemas['Dimension'] | null) => void,
  ) => <Dimension value={value} may={may} set={put} />;
  const number = (label: string, value: number | null | undefined, put: (to: number | null) => void) => (
    <Field label={label} fault={undefined}>
      {(own) => <NumberInput {...own} value={value ?? null} onChange={put} disabled={!may} className="number" />}
    </Field>
  );
  switch (it.type) {
    case 'csat': {
      const [low, high] = points(it) ?? [1, 5];
      const labels = it.labels ?? [];
      const all = Array.from({ length: high - low + 1 }, (_, at) => labels[at] ?? {});
      return (
        <>
          <div className="fields">
            {dimension(it.dimension, (to) => change({ ...it, dimension: to }))}
            <Field label={t('prop.look')} fault={undefined}>
              {(own) => (
                <Select
                  {...own}
                  disabled={!may}
                  value={it.look ?? 'stars'}
                  onChange={(look) => change({ ...it, look })}
                  options={LOOKS.map((one) => ({ value: one, label: t(`look.${one}`) }))}
                />
              )}
            </Field>
          </div>
          <Checkbox
            disabled={!may}
            checked={labels.length > 0}
            onChange={(event) => change({ ...it, labels: event.target.checked ? all : [] })}
          >
            {t('prop.labels')}
          </Checkbox>
          {labels.length > 0 &&
            all.map((one, at) => (
              <Texts
                // biome-ignore lint/suspicious/noArrayIndexKey: a label belongs to its point
                key={at}
                label={t('prop.label', { n: low + at })}
                languages={languages}
                value={one}
                may={may}
                set={(to) => change({ ...it, labels: all.map((other, index) => (index === at ? to : other)) })}
              />
            ))}
        </>
      );
    }
    case 'nps':
    case 'ces':
      return (
        <>
          {(['low', 'high'] as const).map((end) => (
            <Texts
              key={end}
              label={t(`prop.${end}`)}
              languages={languages}
              value={it[end]}
              may={may}
              set={(to) => change({ ...it, [end]: to })}
            />
          ))}
        </>
      );
    case 'single':
      return (
        <>
          <div className="fields">{dimension(it.dimension, (to) => change({ ...it, dimension: to }))}</div>
          {it.dimension && (
            <div className="fields">
              {it.options.map((one) => (
                <div key={one.key}>
                  {number(t('prop.score', { option: say(one.text) || one.key }), one.score, (score) =>
                    change({
                      ...it,
                      options: it.options.map((other) => (other === one ? { ...one, score } : other)),
                    }),
                  )}
                </div>
              ))}
            </div>
          )}
        </>
      );
    case 'multiple':
      return (
        <div className="fields">
          {number(t('prop.least_options'), it.min ?? 0, (min) => change({ ...it, min: min ?? 0 }))}
          {number(t('prop.most_options'), it.max, (max) => change({ ...it, max }))}
        </div>
      );
    case 'matrix':
      return (
        <div className="fields">
          {it.rows.map((one) => (
            <Dimension
              key={one.key}
              label={t('prop.row_dimension', { row: say(one.text) || one.key })}
              value={one.dimension}
              may={may}
              set={(to) =>
                change({ ...it, rows: it.rows.map((other) => (other === one ? { ...one, dimension: to } : other)) })
              }
            />
          ))}
        </div>
      );
    case 'text':
      return (
        <div className="fields">
          {number(t('prop.max_chars'), it.max_chars, (to) => to !== null && change({ ...it, max_chars: to }))}
        </div>
      );
    case 'number':
      return (
        <div className="fields">
          {number(t('prop.min'), it.min, (min) => change({ ...it, min }))}
          {number(t('prop.max'), it.max, (max) => change({ ...it, max }))}
        </div>
      );
    default:
      return null;
  }
}

type DimensionProps = {
  label?: string;
  value: Schemas['Dimension'] | null | undefined;
  may: boolean;
  set: (to: Schemas['Dimension'] | null) => void;
};

/** What an answer measures. */
function Dimension({ label, value, may, set }: DimensionProps) {
  const { t } = useTranslation('collect');
  return (
    <Field label={label ?? t('prop.dimension')} fault={undefined}>
      {(own) => (
        <Select
          {...own}
          disabled={!may}
          value={value ?? null}
          placeholder={t('prop.no_dimension')}
          onChange={(to: Schemas['Dimension'] | undefined) => set(to ?? null)}
          options={DIMENSIONS.map((one) => ({ value: one, label: t(`word:dimension.${one}`) }))}
          allowClear
        />
      )}
    </Field>
  );
}

/** What belongs to the form as a whole. */
function OfForm({ content, may, set }: { content: Content; may: boolean; set: (to: Content) => void }) {
  const { t } = useTranslation('collect');
  return (
    <section className="properties" aria-label={t('prop.form')}>
      <h2>{t('prop.form')}</h2>
      <Field label={t('form.purpose')} fault={undefined}>
        {(own) => (
          <Select
            {...own}
            disabled={!may}
            value={content.purpose}
            onChange={(purpose) => set({ ...content, purpose })}
            options={PURPOSES.map((one) => ({ value: one, label: t(`word:purpose.${one}`) }))}
          />
        )}
      </Field>
      <Field label={t('prop.languages')} fault={undefined}>
        {(own) => (
          <Select
            {...own}
            mode="multiple"
            disabled={!may}
            value={content.languages}
            onChange={(languages: string[]) => languages.length > 0 && set({ ...content, languages })}
            options={LANGUAGES.map((it) => ({ value: it, label: languageName(it) }))}
          />
        )}
      </Field>
      <p className="quiet">{t('prop.languages_hint')}</p>
      <Field label={t('prop.levels')} fault={undefined}>
        {(own) => (
          <Select
            {...own}
            mode="multiple"
            disabled={!may}
            value={content.levels ?? []}
            placeholder={t('prop.everybody')}
            onChange={(levels) => set({ ...content, levels })}
            options={LEVELS.map((one) => ({ value: one, label: t(`customer:level.${one}`) }))}
          />
        )}
      </Field>
      <Checkbox
        disabled={!may}
        checked={content.allow_anonymous ?? false}
        onChange={(event) => set({ ...content, allow_anonymous: event.target.checked })}
      >
        {t('prop.anonymous')}
      </Checkbox>
      <p className="quiet">{t('prop.anonymous_hint')}</p>
      <h3>{t('prop.reward')}</h3>
      <Texts
        label={t('prop.reward')}
        languages={content.languages}
        value={content.reward}
        may={may}
        set={(reward) => set({ ...content, reward })}
      />
      <p className="quiet">{t('prop.reward_hint')}</p>
      <Field label={t('prop.retention')} fault={undefined}>
        {(own) => (
          <NumberInput
            {...own}
            disabled={!may}
            value={content.retention_days ?? null}
            onChange={(to) => to !== null && set({ ...content, retention_days: to })}
            className="number"
          />
        )}
      </Field>
    </section>
  );
}
