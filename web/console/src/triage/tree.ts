// A tree out of a list of branches that name what they hang on.

import type { Schemas } from '../house/api.ts';

export type Branch = Omit<Schemas['CategoryBody'], 'etag'> & { etag?: string | undefined };

/** Each branch right below what it hangs on, with how deep that is. */
export function inOrder(all: Branch[]): { it: Branch; depth: number }[] {
  const known = new Set(all.map((it) => it.id));
  const under = (parent: string | null, depth: number): { it: Branch; depth: number }[] =>
    all
      .filter((it) => (it.parent && known.has(it.parent) ? it.parent : null) === parent)
      .flatMap((it) => [{ it, depth }, ...under(it.id, depth + 1)]);
  return under(null, 0);
}

/** Everything that hangs on a branch, however far below. */
export function below(all: Branch[], id: string): Set<string> {
  const found = new Set<string>();
  const look = (parent: string) => {
    for (const it of all) {
      if (it.parent === parent && !found.has(it.id)) {
        found.add(it.id);
        look(it.id);
      }
    }
  };
  look(id);
  return found;
}

/** A house that works in one language names a thing once; the name then stands for both. */
export function inBoth(name_zh: string, name_en: string): Pick<Branch, 'name_zh' | 'name_en'> {
  return { name_zh: name_zh.trim() || name_en, name_en: name_en.trim() || name_zh };
}
