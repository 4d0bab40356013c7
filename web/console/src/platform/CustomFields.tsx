// 自定义字段: what the company keeps of customers and services beside what everybody keeps.

import { Button, Checkbox, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Marked } from '../house/api.ts';
import { useSettingDraft } from '../house/setting.tsx';
import { tell } from '../house/toast.tsx';
import { Card, Group } from './Company.tsx';

/** As the server documents the group of settings. */
type FieldOf = {
  key: string;
  label: string;
  kind: 'text' | 'number' | 'date' | 'yes_no' | 'choice';
  required: boolean;
  options: string[];
};
type Fields = { customer: FieldOf[]; interaction: FieldOf[] };

const KINDS: FieldOf['kind'][] = ['text', 'number', 'date', 'yes_no', 'choice'];
const SIDES = ['customer', 'interaction'] as const;

export function CustomFields() {
  return <Group<Fields> of="custom_fields">{(found) => <FieldsForm found={found} />}</Group>;
}

function FieldsForm({ found }: { found: Marked<Fields> }) {
  const { t } = useTranslation('platform');
  const of = useSettingDraft('custom_fields', found, t('fields.kept'));
  const { draft, set } = of;
  return (
    <Card title={t('fields.title')} text={t('fields.text')} of={of}>
      {SIDES.map((side) => (
        <fieldset key={side} className="wide custom-fields">
          <legend>{t(`fields.${side}`)}</legend>
          {draft[side].map((it, at) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own before one is typed
              key={at}
              it={it}
              fault={of.fault(`${side}.${at}.key`) ?? of.fault(`${side}.${at}.options`)}
              change={(to) => set({ ...draft, [side]: draft[side].map((one, index) => (index === at ? to : one)) })}
              drop={() => {
                set({ ...draft, [side]: draft[side].filter((_, index) => index !== at) });
                tell(t('fields.dropped', { name: it.label || it.key }), () => set(draft));
              }}
            />
          ))}
          {draft[side].length === 0 && <p className="quiet">{t('fields.none')}</p>}
          <Button onClick={() => set({ ...draft, [side]: [...draft[side], fresh(draft[side])] })}>
            {t(`fields.add_${side}`)}
          </Button>
        </fieldset>
      ))}
    </Card>
  );
}

/** A key that is free; it can be changed until somebody has filled the field. */
function fresh(others: FieldOf[]): FieldOf {
  const taken = new Set(others.map((it) => it.key));
  let n = others.length + 1;
  while (taken.has(`field_${n}`)) n += 1;
  return { key: `field_${n}`, label: '', kind: 'text', required: false, options: [] };
}

type RowProps = { it: FieldOf; fault: string | undefined; change: (to: FieldOf) => void; drop: () => void };

function Row({ it, fault, change, drop }: RowProps) {
  const { t } = useTranslation('platform');
  const name = it.label || it.key;
  return (
    <div className="custom-field">
      <Input
        aria-label={t('fields.label', { name })}
        placeholder={t('fields.label_hint')}
        value={it.label}
        onChange={(event) => change({ ...it, label: event.target.value })}
      />
      <Input
        aria-label={t('fields.key', { name })}
        value={it.key}
        {...(fault ? { status: 'error' as const } : {})}
        onChange={(event) => change({ ...it, key: event.target.value })}
      />
      <Select
        aria-label={t('fields.kind', { name })}
        value={it.kind}
        onChange={(kind) => change({ ...it, kind })}
        options={KINDS.map((one) => ({ value: one, label: t(`fields.kind_${one}`) }))}
      />
      <Checkbox checked={it.required} onChange={(event) => change({ ...it, required: event.target.checked })}>
        {t('fields.required')}
      </Checkbox>
      <Button onClick={drop} aria-label={t('fields.drop', { name })}>
        {t('fields.drop_short')}
      </Button>
      {it.kind === 'choice' && (
        <Select
          className="custom-field-options"
          aria-label={t('fields.options', { name })}
          placeholder={t('fields.options_hint')}
          mode="tags"
          open={false}
          value={it.options}
          onChange={(options: string[]) => change({ ...it, options })}
          tokenSeparators={[',', '，', '、']}
        />
      )}
      {fault && <p className="field-fault">{fault}</p>}
    </div>
  );
}
