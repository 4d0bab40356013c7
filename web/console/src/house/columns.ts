// Which columns of a list a person sees and in which order they stand. What is kept may be older than the list.

/** Keys of columns; those that `order` does not name stand where they stand by default. */
export type Choice = { order: string[]; hidden: string[] };

export const AS_IT_WAS: Choice = { order: [], hidden: [] };

type Named = {
  key: string;
  /** A row is recognised by it: it cannot be hidden. */
  fixed?: boolean;
  /** By default only where there is room. */
  roomy?: boolean;
};

const areWords = (it: unknown): it is string[] => Array.isArray(it) && it.every((one) => typeof one === 'string');

export const isChoice = (it: unknown): it is Choice =>
  typeof it === 'object' && it !== null && 'order' in it && areWords(it.order) && 'hidden' in it && areWords(it.hidden);

/** All columns in the chosen order; each that is new to the choice behind the one it follows by default. */
export function arrange<C extends Named>(columns: C[], { order }: Choice): C[] {
  const known = new Map(columns.map((it) => [it.key, it]));
  const found = [...new Set(order)].flatMap((key) => known.get(key) ?? []);
  columns.forEach((it, at) => {
    if (found.includes(it)) return;
    const before = columns[at - 1];
    found.splice(before ? found.indexOf(before) + 1 : 0, 0, it);
  });
  return found;
}

/** Those that are seen. What was chosen is seen on a small screen too. */
export function choose<C extends Named>(columns: C[], choice: Choice): C[] {
  const seen = arrange(columns, choice).filter((it) => it.fixed || !choice.hidden.includes(it.key));
  return seen.map((it) => (it.roomy && choice.order.includes(it.key) ? { ...it, roomy: false } : it));
}

/** The choice as it is on this screen, with everything named, so that it can be changed. */
export function spellOut<C extends Named>(columns: C[], choice: Choice, hasRoom: boolean): Choice {
  const all = arrange(columns, choice);
  const hidden = all.filter((it) => {
    const byDefault = it.roomy && !hasRoom && !choice.order.includes(it.key);
    return !it.fixed && (byDefault || choice.hidden.includes(it.key));
  });
  return { order: all.map((it) => it.key), hidden: hidden.map((it) => it.key) };
}

/** The same order with `key` just before `beside`, or just behind it. */
export function move(order: string[], key: string, beside: string, side: 'before' | 'behind'): string[] {
  const rest = order.filter((it) => it !== key);
  const at = rest.indexOf(beside);
  if (at < 0) return order;
  rest.splice(side === 'before' ? at : at + 1, 0, key);
  return rest;
}
