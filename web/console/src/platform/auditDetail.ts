// What an entry of the audit says besides who and what: facts with a field each, words looked up by who shows it.

/** One fact: a field, what it was where that is known, and what it is. */
export type Fact = { field: string; group?: string; before?: unknown; after: unknown };

type Fields = Record<string, unknown>;

const isFields = (it: unknown): it is Fields => typeof it === 'object' && it !== null && !Array.isArray(it);

/** Of what was before and after, only where they differ; fields within fields as `forms.first`. */
function differences(before: Fields, after: Fields, within = ''): { path: string; before: unknown; after: unknown }[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    const path = within ? `${within}.${name}` : name;
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    if (isFields(was) && isFields(is)) return differences(was, is, path);
    return [{ path, before: was, after: is }];
  });
}

/** The facts of an entry about `thing`, in the order they were written down. */
export function factsOf(thing: string, detail: unknown): Fact[] {
  if (!isFields(detail)) return [];
  const { before, after, ...rest } = detail;
  const group = thing === 'setting' && typeof rest.key === 'string' ? rest.key : undefined;
  const facts: Fact[] = Object.entries(rest)
    // Which of the settings stands before what changed in it.
    .map(([field, value]) => ({ field: group && field === 'key' ? 'setting' : field, after: value }))
    .filter((it) => !(Array.isArray(it.after) && it.after.length === 0 && it.field === 'changed'));
  if (!isFields(before) || !isFields(after)) return facts;
  const changed = differences(before, after).map(({ path, ...it }) => ({
    field: path,
    ...(group ? { group } : {}),
    ...it,
  }));
  return [...facts, ...changed];
}

/** A code that nobody gave words, as nearly words as it goes. */
export const readable = (code: string) => code.replaceAll('_', ' ');

const NAMES = ['name', 'name_zh', 'label', 'title', 'key', 'code', 'id'];

/** What a thing of a list is called: by its name where it has one. */
export function nameOf(it: unknown, language: 'zh-CN' | 'en'): string {
  if (!isFields(it)) return String(it);
  const own = language === 'en' && typeof it.name_en === 'string' ? it.name_en : undefined;
  const found = own ?? NAMES.map((name) => it[name]).find((one) => typeof one === 'string' || isFields(one));
  if (isFields(found)) return String(found[language] ?? Object.values(found)[0] ?? '');
  return String(found ?? Object.values(it).filter((one) => typeof one === 'string')[0] ?? '');
}
