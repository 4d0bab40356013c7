// An entry's detail in words: what was changed, from what to what.

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { languageName } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useStaffName, useTeamName, useTree } from '../house/me.tsx';
import { type Fact, factsOf, nameOf, readable } from './auditDetail.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
/** What a list holds before it is folded. */
const SHOWN_MAX = 4;
/** What is a code by itself: addresses, and what other systems or forms go by. */
const CODES = /^(key|slug|url|issuer|client_id|zone|forms\..*)$/;

export function AuditDetail({ thing, detail }: { thing: string; detail: unknown }) {
  const facts = factsOf(thing, detail);
  if (facts.length === 0) return null;
  return (
    <ul className="facts">
      {facts.map((it) => (
        <FactLine key={`${it.group} ${it.field}`} it={it} />
      ))}
    </ul>
  );
}

function FactLine({ it }: { it: Fact }) {
  const { t } = useTranslation('platform');
  const last = readable(it.field.slice(it.field.lastIndexOf('.') + 1));
  const name = it.group
    ? t(`audit.set.${it.group}.${it.field}`, { defaultValue: t(`audit.field.${it.field}`, { defaultValue: last }) })
    : t(`audit.field.${it.field}`, { defaultValue: last });
  return (
    <li>
      <span className="quiet">{t('audit.of', { name })}</span>
      {'before' in it && (
        <>
          <Value field={it.field} value={it.before} /> <span aria-hidden>→</span>
          <span className="sr">{t('audit.to')}</span>{' '}
        </>
      )}
      <Value field={it.field} value={it.after} />
    </li>
  );
}

function Value({ field, value }: { field: string; value: unknown }) {
  const { t } = useTranslation('platform');
  const say = useSay();
  if (value === null || value === undefined || value === '') return <>{t('audit.nothing')}</>;
  if (field === 'customer' && typeof value === 'string') {
    return <Link to={`/customers/${value}`}>{t('audit.see_customer')}</Link>;
  }
  if (CODES.test(field)) return <span className="code">{String(value)}</span>;
  if (!Array.isArray(value)) return <>{say(field, value)}</>;
  if (value.length === 0) return <>{t('audit.nothing')}</>;
  const all = value.map((one) => say(field, one)).join(t('comma'));
  if (value.length <= SHOWN_MAX) return <>{all}</>;
  return (
    <details className="fact-list">
      <summary>{t('audit.count', { count: value.length })}</summary>
      {all}
    </details>
  );
}

/** One value in words: of a field that has them, of a yes or no, of who is meant by an id. */
function useSay(): (field: string, value: unknown) => string {
  const { t } = useTranslation('platform');
  const staffName = useStaffName();
  const teamName = useTeamName();
  const categories = useTree('category');
  const called = (id: string) => {
    const category = categories.find((it) => it.id === id);
    const name = category && (language() === 'en' ? category.name_en : category.name_zh);
    return staffName(id) || teamName(id) || name || t('audit.number', { id: id.slice(-6) });
  };
  return (field, value) => {
    if (typeof value === 'boolean') return t(value ? 'import.yes' : 'import.no');
    if (typeof value !== 'string') return nameOf(value, language());
    if (UUID.test(value)) return called(value);
    if (field === 'permissions') return t(`may.${value.replace(':', '.')}`, { defaultValue: readable(value) });
    if (field === 'events') return value === '*' ? t('hook.all') : t(`hook.event.${value}`, { defaultValue: value });
    if (field === 'language') return languageName(value);
    if (field === 'channels') return t(`word:channel.${value}`, { defaultValue: readable(value) });
    const or = { defaultValue: readable(value) };
    const words: Record<string, () => string> = {
      because: () => t(`word:because.${value}`, or),
      changed: () => t(`audit.field.${value}`, or),
      kind: () => t(`job.kind.${value}`, or),
      match_by: () => t(`sign_on.by_${value}`, or),
      reach: () => t(`roles.reach.${value}`, or),
      rule: () => t(`company.credit_${value}`, or),
      two_steps: () => t(`company.two_steps_${value}`, or),
      setting: () => t(`audit.set.${value}`, or),
      state: () => t(`audit.invitation.${value}`, or),
      target: () => t(`import.target.${value}`, or),
      tree: () => t(`audit.tree.${value}`, or),
    };
    return words[field]?.() ?? value;
  };
}
