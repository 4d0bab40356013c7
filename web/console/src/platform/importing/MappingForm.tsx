// What each field of ours is in their file, and how its text is read.

import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../customer/CustomerForm.tsx';
import { api, ask, newId, queries } from '../../house/api.ts';
import { languageName } from '../../house/format.ts';
import { useMe } from '../../house/me.tsx';
import { Select } from '../../house/Select.tsx';
import { useSaid } from '../../house/states.tsx';
import { complain, tell } from '../../house/toast.tsx';
import { useForms } from './forms.ts';
import { useMappings } from './Imports.tsx';
import {
  comesFromNowhere,
  DATE_FORMATS,
  DURATION_FORMATS,
  type Finding,
  fitted,
  type Look,
  type Mapping,
  type Source,
  type TargetField,
  textsOf,
  withSource,
  withZone,
} from './mapping.ts';

/** Zones as the browser names them. */
const ZONES = Intl.supportedValuesOf('timeZone');

type Props = {
  look: Look;
  mapping: Mapping;
  set: (to: Mapping) => void;
  open: Map<string, 'missing' | 'dates' | 'duration'>;
  fault: (key: string) => string | undefined;
};

export function MappingForm({ look, mapping, set, open, fault }: Props) {
  const { t } = useTranslation('platform');
  const unmapped = look.columns.filter(
    (it) => !Object.values(mapping.fields).some((source) => (source.columns ?? []).includes(it)),
  );
  // What the file has comes first; it stays where it is while it is changed.
  const [has] = useState(() => new Set(Object.keys(mapping.fields)));
  const first = look.fields.filter((it) => it.required || has.has(it.key));
  const rest = look.fields.filter((it) => !first.includes(it));
  const rows = (fields: TargetField[]) =>
    fields.map((field) => (
      <FieldRow
        key={field.key}
        field={field}
        look={look}
        source={mapping.fields[field.key]}
        set={(source) => set(withSource(mapping, field.key, source))}
        open={open.get(field.key)}
        fault={fault(field.key)}
      />
    ));
  return (
    <section className="card import-card" aria-label={t('import.map_title')}>
      <div className="map-head">
        <h2>{t('import.map_title')}</h2>
        <UseKept look={look} set={set} mapping={mapping} />
      </div>
      <p className="quiet">{t('import.map_text')}</p>
      <ul className="map-rows">{rows(first)}</ul>
      {rest.length > 0 && (
        <details className="map-rest" open={rest.some((it) => mapping.fields[it.key])}>
          <summary>{t('import.rest', { count: rest.length })}</summary>
          <ul className="map-rows">{rows(rest)}</ul>
        </details>
      )}
      {unmapped.length > 0 && (
        <p className="quiet import-unmapped">{t('import.unmapped', { columns: unmapped.join(t('comma')) })}</p>
      )}
      <Choices look={look} mapping={mapping} set={set} />
    </section>
  );
}

/** What a field is called: ours, or the company's own. */
export function useFieldName() {
  const { t } = useTranslation('platform');
  return (field: Pick<TargetField, 'key' | 'name'>) => field.name ?? t(`import.field.${field.key}`);
}

type RowProps = {
  field: TargetField;
  look: Look;
  source: Source | undefined;
  set: (to: Source | undefined) => void;
  open: 'missing' | 'dates' | 'duration' | undefined;
  fault: string | undefined;
};

function FieldRow({ field, look, source, set, open, fault }: RowProps) {
  const { t } = useTranslation('platform');
  const name = useFieldName()(field);
  const findings = look.proposal.findings.filter((it) => 'field' in it && it.field === field.key);
  const change = (changed: Source) => set(comesFromNowhere(changed) ? undefined : changed);
  const wrong = fault ?? (open && t(`import.open.${open}`));
  return (
    <li className={wrong ? 'map-row map-row-open' : 'map-row'}>
      <div className="map-name">
        <b>{name}</b>
        {field.required && <span className="map-required">{t('import.required')}</span>}
      </div>
      <div className="map-source">
        <Field label={t('import.columns')} fault={undefined}>
          {(own) => (
            <Select
              {...own}
              mode="multiple"
              aria-label={t('import.columns_of', { field: name })}
              value={source?.columns ?? []}
              onChange={(columns: string[]) => change({ ...source, columns })}
              options={look.columns.map((it) => ({ value: it, label: it }))}
              placeholder={t('import.none_chosen')}
              showSearch={{ optionFilterProp: 'label' }}
            />
          )}
        </Field>
        {field.holds !== 'moment' && field.holds !== 'seconds' && (
          <Constant field={field} name={name} source={source} change={change} />
        )}
        {source && field.holds === 'moment' && (
          <Field label={t('import.dates')} fault={undefined}>
            {(own) => (
              <Select
                {...own}
                mode="multiple"
                aria-label={t('import.dates_of', { field: name })}
                value={source.dates ?? []}
                onChange={(dates: string[]) => set({ ...source, dates })}
                options={DATE_FORMATS.map((it) => ({ value: it, label: t(`import.date.${it}`) }))}
              />
            )}
          </Field>
        )}
        {source && field.holds === 'points' && (source.columns ?? []).length > 0 && (
          <Field label={t('import.decimal')} fault={undefined}>
            {(own) => (
              <Select
                {...own}
                aria-label={t('import.decimal_of', { field: name })}
                value={source.decimal ?? 'point'}
                onChange={(decimal: 'point' | 'comma') => set({ ...source, decimal })}
                options={(['point', 'comma'] as const).map((it) => ({ value: it, label: t(`import.decimal.${it}`) }))}
              />
            )}
          </Field>
        )}
        {source && field.holds === 'seconds' && (
          <Field label={t('import.duration')} fault={undefined}>
            {(own) => (
              <Select
                {...own}
                aria-label={t('import.duration_of', { field: name })}
                value={source.duration ?? null}
                onChange={(duration: string) => set({ ...source, duration })}
                options={DURATION_FORMATS.map((it) => ({ value: it, label: t(`import.duration.${it}`) }))}
              />
            )}
          </Field>
        )}
      </div>
      <Meanings field={field} name={name} source={source} set={set} findings={findings} />
      <Sayings findings={findings} source={source} />
      {wrong && <p className="field-fault">{wrong}</p>}
    </li>
  );
}

type ConstantProps = { field: TargetField; name: string; source: Source | undefined; change: (to: Source) => void };

/** What stands in a field whose columns are empty, or that has none. */
function Constant({ field, name, source, change }: ConstantProps) {
  const { t } = useTranslation('platform');
  const meaning = useMeaning(field);
  const set = (constant: string | undefined) => {
    const { constant: _, ...others } = source ?? {};
    change(constant ? { ...others, constant } : others);
  };
  return (
    <Field label={t('import.constant')} fault={undefined}>
      {(own) =>
        field.holds === 'code' ? (
          <Select
            {...own}
            aria-label={t('import.constant_of', { field: name })}
            value={source?.constant ?? null}
            onChange={(to: string | undefined) => set(to)}
            options={field.codes.map((it) => ({ value: it, label: meaning(it) }))}
            allowClear
          />
        ) : (
          <Input
            {...own}
            aria-label={t('import.constant_of', { field: name })}
            value={source?.constant ?? ''}
            onChange={(event) => set(event.target.value)}
          />
        )
      }
    </Field>
  );
}

/** What a code or a point means, in words. */
function useMeaning(field: TargetField) {
  const { t } = useTranslation('platform');
  return (code: string) => {
    switch (field.key) {
      case 'channel':
        return t(`word:channel.${code}`);
      case 'kind':
        return t(`word:kind.${code}`);
      case 'priority':
        return t(`word:priority.${code}`);
      case 'round':
        return t(`word:round.${code}`);
      case 'level':
        return t(`customer:level.${code}`);
      case 'event':
        return t(`import.event.${code}`);
      case 'language':
        return languageName(code);
      default:
        return code;
    }
  };
}

type MeaningProps = {
  field: TargetField;
  name: string;
  source: Source | undefined;
  set: (to: Source) => void;
  findings: Finding[];
};

/** What their words are in ours: 非常满意 is 5. */
function Meanings({ field, name, source, set, findings }: MeaningProps) {
  const { t } = useTranslation('platform');
  const meaning = useMeaning(field);
  const texts = textsOf(field.key, source, findings);
  if (!source || texts.length === 0 || !['code', 'points', 'yes_no'].includes(field.holds)) return null;
  const { least, most } = field;
  const points = Array.from({ length: (most ?? 0) - (least ?? 0) + 1 }, (_, at) => `${(least ?? 0) + at}`);
  const codes = { code: field.codes, points, yes_no: ['yes', 'no'] }[field.holds as 'code' | 'points' | 'yes_no'];
  const label = (it: string) => (field.holds === 'yes_no' ? t(`import.${it as 'yes' | 'no'}`) : meaning(it));
  const change = (text: string, to: string | undefined) => {
    const { [text]: _, ...others } = source.values ?? {};
    set({ ...source, values: to === undefined ? others : { ...others, [text]: to } });
  };
  return (
    <details className="meanings" open={findings.some((it) => it.code === 'meaning_unknown')}>
      <summary>{t('import.meanings', { count: texts.length })}</summary>
      <ul>
        {texts.map((text) => (
          <li key={text}>
            <span className="meaning-text">{text}</span>
            <span aria-hidden>→</span>
            <Select
              aria-label={t('import.meaning_of', { field: name, text })}
              value={source.values?.[text] ?? null}
              onChange={(to: string | undefined) => change(text, to)}
              options={[
                ...codes.map((it) => ({ value: it, label: label(it) })),
                { value: '', label: t('import.empty') },
              ]}
              placeholder={t('import.bad_row')}
              allowClear
            />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What was found out about the field, and no longer when it is decided. */
function Sayings({ findings, source }: { findings: Finding[]; source: Source | undefined }) {
  const { t } = useTranslation('platform');
  if (!source) return null;
  const says = findings.flatMap((it) => {
    if (it.code === 'dates_undecided' && (source.dates ?? []).length === 0) return [t('import.say.dates_undecided')];
    if (it.code === 'duration_undecided' && !source.duration) return [t('import.say.duration_undecided')];
    if (it.code === 'unreadable') return [t('import.say.unreadable', { column: it.column })];
    if (it.code === 'some_unreadable') {
      return [t('import.say.some_unreadable', { unread: it.unread, samples: it.samples })];
    }
    return [];
  });
  return says.map((it) => (
    <p key={it} className="import-note">
      {it}
    </p>
  ));
}

type ChoicesProps = { look: Look; mapping: Mapping; set: (to: Mapping) => void };

/** What holds for the whole file. */
function Choices({ look, mapping, set }: ChoicesProps) {
  const { t } = useTranslation('platform');
  const forms = useForms(mapping.target === 'evaluations');
  const named = ['agent', 'owner', 'by'].some((it) => it in mapping.fields);
  const own = useMe().tenant.zone;
  const timed = look.fields.some((it) => it.holds === 'moment' && mapping.fields[it.key]);
  return (
    <fieldset className="import-choices">
      <legend>{t('import.choices')}</legend>
      {mapping.target === 'evaluations' && (
        <Field label={t('import.form')} fault={undefined}>
          {(own) => (
            <Select
              {...own}
              value={mapping.form ?? 'standard'}
              onChange={(form) => set({ ...mapping, form })}
              options={forms}
            />
          )}
        </Field>
      )}
      {timed && (
        <Field label={t('import.zone')} fault={undefined}>
          {(props) => (
            <Select
              {...props}
              value={mapping.zone ?? own}
              onChange={(zone: string) => set(withZone(mapping, zone, own))}
              options={ZONES.map((it) => ({ value: it, label: it }))}
              showSearch={{ optionFilterProp: 'label' }}
            />
          )}
        </Field>
      )}
      {named && (
        <Checkbox
          checked={mapping.unknown_staff === 'leave_empty'}
          onChange={(event) => set({ ...mapping, unknown_staff: event.target.checked ? 'leave_empty' : 'refuse' })}
        >
          {t('import.unknown_staff')}
        </Checkbox>
      )}
      <Checkbox
        checked={mapping.identical_rows === 'each'}
        onChange={(event) => set({ ...mapping, identical_rows: event.target.checked ? 'each' : 'once' })}
      >
        {t('import.identical_rows')}
      </Checkbox>
      {mapping.target === 'evaluations' && (
        <Checkbox
          checked={mapping.opens_promises ?? false}
          onChange={(event) => set({ ...mapping, opens_promises: event.target.checked })}
        >
          {t('import.opens_promises')}
        </Checkbox>
      )}
    </fieldset>
  );
}

/** A mapping of an earlier file of this kind. */
function UseKept({ look, mapping, set }: { look: Look; mapping: Mapping; set: (to: Mapping) => void }) {
  const { t } = useTranslation('platform');
  const { data = [] } = useMappings();
  const kept = data.filter((it) => (it.mapping as unknown as Mapping).target === mapping.target);
  return (
    <div className="map-tools">
      {kept.length > 0 && (
        <Select
          aria-label={t('import.use_kept')}
          placeholder={t('import.use_kept')}
          value={null}
          onChange={(id: string | null) => {
            const found = kept.find((it) => it.id === id);
            if (found) set(fitted(found.mapping as unknown as Mapping, look.columns));
          }}
          options={kept.map((it) => ({ value: it.id, label: it.name }))}
        />
      )}
      <Button type="text" onClick={() => set(look.proposal.mapping)}>
        {t('import.propose_again')}
      </Button>
    </div>
  );
}

/** Keeps the mapping for the next file. */
export function KeepMapping({ mapping }: { mapping: Mapping }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const [name, setName] = useState<string>();
  const keep = useMutation({
    mutationFn: (called: string) => {
      const { file: _, ...kept } = mapping;
      const body = { name: called, mapping: kept as unknown as Record<string, never> };
      return ask(api.PUT('/api/v1/import-mappings/{id}', { params: { path: { id: newId() } }, body }));
    },
    onSuccess: (kept) => {
      tell(t('kept', { name: kept.name }));
      queries.invalidateQueries({ queryKey: ['import-mappings'] });
      setName(undefined);
    },
    onError: (error) => complain(said(error)),
  });
  if (name === undefined) {
    return (
      <Button type="text" onClick={() => setName('')}>
        {t('import.keep_mapping')}
      </Button>
    );
  }
  return (
    <span className="keep-mapping">
      <Input
        aria-label={t('import.mapping_name')}
        placeholder={t('import.mapping_name')}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button disabled={!name.trim()} loading={keep.isPending} onClick={() => keep.mutate(name.trim())}>
        {t('keep')}
      </Button>
    </span>
  );
}
