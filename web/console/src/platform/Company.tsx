// 企业: its name, zone and language, and the settings that are everybody's. Each card is kept by itself.

import { useQuery } from '@tanstack/react-query';
import { Checkbox, Input, Select } from 'antd';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, askMarked, type Marked, queries, type Schemas, since } from '../house/api.ts';
import { languageName } from '../house/format.ts';
import { LANGUAGES } from '../house/i18n.ts';
import { useMe } from '../house/me.tsx';
import { NumberInput } from '../house/NumberInput.tsx';
import { Page } from '../house/Page.tsx';
import { type Changes, KeepBar, useChanges, useSetting, useSettingDraft } from '../house/setting.tsx';
import { Failed, Loading } from '../house/states.tsx';
import { TimeInput } from '../house/TimeInput.tsx';
import { CustomFields } from './CustomFields.tsx';
import { SignInRules } from './SignInRules.tsx';
import './settings.css';
import './editor.css';

type Company = Schemas['PutCompany'];

const read = async (): Promise<Marked<Company>> => chosen(await askMarked(api.GET('/api/v1/company')));
const chosen = ({ value, etag }: Marked<Company>): Marked<Company> => {
  const { name, zone, language } = value;
  return { value: { name, zone, language }, etag };
};

export function CompanyPage() {
  const { t } = useTranslation('platform');
  return (
    <Page title={t('settings.company')}>
      <div className="company">
        <Identity />
        <Notices />
        <Credit />
        <SignInRules />
        <PublicPages />
        <CustomFields />
      </div>
    </Page>
  );
}

/** One group of what can be changed, with its own way to keep it. */
export function Card<T>({ title, text, of, children }: CardProps<T>) {
  const id = useId();
  return (
    <form
      className="card settings-form company-card"
      aria-labelledby={id}
      onSubmit={(event) => {
        event.preventDefault();
        of.keep();
      }}
    >
      <h2 id={id}>{title}</h2>
      <p className="quiet wide">{text}</p>
      {children}
      <div className="wide">
        <KeepBar of={of} />
      </div>
    </form>
  );
}

type CardProps<T> = { title: string; text: string; of: Changes<T>; children: ReactNode };

function Identity() {
  const found = useQuery({ queryKey: ['company'], queryFn: read });
  if (found.data) return <IdentityForm found={found.data} />;
  return found.error ? <Failed error={found.error} again={() => found.refetch()} /> : <Loading rows={3} />;
}

function IdentityForm({ found }: { found: Marked<Company> }) {
  const { t } = useTranslation('platform');
  const { tenant } = useMe();
  const of = useChanges(found, {
    read,
    put: async ({ value, etag }) =>
      chosen(await askMarked(api.PUT('/api/v1/company', { params: { header: since(etag) }, body: value }))),
    spread: (now) => {
      queries.setQueryData(['company'], now);
      queries.invalidateQueries({ queryKey: ['me'] });
    },
    said: t('company.kept'),
  });
  const { draft, set, fault } = of;
  return (
    <Card title={t('company.identity')} text={t('company.identity_text')} of={of}>
      <Field label={t('company.name')} fault={fault('name')}>
        {(own) => (
          <Input {...own} value={draft.name} onChange={(event) => set({ ...draft, name: event.target.value })} />
        )}
      </Field>
      <Field label={t('company.code')} fault={undefined}>
        {(own) => <Input {...own} value={tenant.slug} readOnly />}
      </Field>
      <ZoneField value={draft.zone} set={(zone) => set({ ...draft, zone })} fault={fault('zone')} />
      <LanguageField value={draft.language} set={(language) => set({ ...draft, language })} />
    </Card>
  );
}

type ZoneProps = { value: string; set: (to: string) => void; fault: string | undefined };

export function ZoneField({ value, set, fault }: ZoneProps) {
  const { t } = useTranslation('platform');
  const zones = [...new Set([value, ...Intl.supportedValuesOf('timeZone')])];
  return (
    <Field label={t('company.zone')} fault={fault}>
      {(own) => (
        <Select
          {...own}
          value={value}
          onChange={set}
          options={zones.map((it) => ({ value: it, label: it }))}
          showSearch={{ optionFilterProp: 'label' }}
        />
      )}
    </Field>
  );
}

type Language = Schemas['Language'];

export function LanguageField({ value, set }: { value: Language; set: (to: Language) => void }) {
  const { t } = useTranslation('platform');
  return (
    <Field label={t('company.language')} fault={undefined}>
      {(own) => (
        <Select
          {...own}
          value={value}
          onChange={set}
          options={LANGUAGES.map((it) => ({ value: it, label: languageName(it) }))}
        />
      )}
    </Field>
  );
}

/** A group of settings by its key, drawn when it has come. */
export function Group<T>({ of, children }: { of: string; children: (found: Marked<T>) => ReactNode }) {
  const found = useSetting<T>(of);
  if (found.data) return children(found.data);
  return found.error ? <Failed error={found.error} again={() => found.refetch()} /> : <Loading rows={3} />;
}

type NoticesOf = { window_minutes: number; quiet_from: string; quiet_until: string };

function Notices() {
  return <Group<NoticesOf> of="notices">{(found) => <NoticesForm found={found} />}</Group>;
}

function NoticesForm({ found }: { found: Marked<NoticesOf> }) {
  const { t } = useTranslation('platform');
  const of = useSettingDraft('notices', found, t('company.notices_kept'));
  const { draft, set, fault } = of;
  const time = (field: 'quiet_from' | 'quiet_until') => (
    <Field label={t(`company.${field}`)} fault={fault(field)}>
      {(own) => (
        <TimeInput {...own} value={draft[field].slice(0, 5)} set={(to) => set({ ...draft, [field]: `${to}:00` })} />
      )}
    </Field>
  );
  return (
    <Card title={t('company.notices')} text={t('company.notices_text')} of={of}>
      <Field label={t('company.window_minutes')} fault={fault('window_minutes')}>
        {(own) => (
          <NumberInput
            {...own}
            min={0}
            max={1440}
            value={draft.window_minutes}
            onChange={(to) => to !== null && set({ ...draft, window_minutes: to })}
          />
        )}
      </Field>
      {time('quiet_from')}
      {time('quiet_until')}
    </Card>
  );
}

const RULES = ['last', 'longest', 'equal', 'by_time'] as const;
type CreditOf = { rule: (typeof RULES)[number] };

function Credit() {
  return <Group<CreditOf> of="credit">{(found) => <CreditForm found={found} />}</Group>;
}

function CreditForm({ found }: { found: Marked<CreditOf> }) {
  const { t } = useTranslation('platform');
  const of = useSettingDraft('credit', found, t('company.credit_kept'));
  return (
    <Card title={t('company.credit')} text={t('company.credit_text')} of={of}>
      <fieldset className="choices wide" aria-label={t('company.credit')}>
        {RULES.map((it) => (
          <label key={it}>
            <input
              type="radio"
              name="credit"
              checked={of.draft.rule === it}
              onChange={() => of.set({ ...of.draft, rule: it })}
            />
            <span>
              <b>{t(`company.credit_${it}`)}</b>
              <span className="quiet"> {t(`company.credit_why_${it}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </Card>
  );
}

type PublicOf = { said_and_done: boolean; customers_words: boolean };

function PublicPages() {
  return <Group<PublicOf> of="public_pages">{(found) => <PublicForm found={found} />}</Group>;
}

function PublicForm({ found }: { found: Marked<PublicOf> }) {
  const { t } = useTranslation('platform');
  const { tenant } = useMe();
  const of = useSettingDraft('public_pages', found, t('company.public_kept'));
  const { draft, set } = of;
  return (
    <Card title={t('company.public')} text={t('company.public_text')} of={of}>
      <div className="choices wide">
        <Checkbox
          checked={draft.said_and_done}
          onChange={(event) => set({ ...draft, said_and_done: event.target.checked })}
        >
          {t('company.said_and_done')}
        </Checkbox>
        <Checkbox
          checked={draft.customers_words}
          disabled={!draft.said_and_done}
          onChange={(event) => set({ ...draft, customers_words: event.target.checked })}
        >
          {t('company.customers_words')}
        </Checkbox>
        <a href={`/w/${tenant.slug}`} target="_blank" rel="noreferrer">
          {t('company.public_look')}
        </a>
      </div>
    </Card>
  );
}
