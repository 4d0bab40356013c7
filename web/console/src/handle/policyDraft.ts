// A policy while it is changed: rules in order, each with conditions and goals. Nothing here knows the screen.

import type { Schemas } from '../house/api.ts';

export type Policy = Schemas['Policy'];
export type Rule = Schemas['Rule'];
export type Goal = Schemas['Goal'];
export type PromiseName = Schemas['Promise'];

export const PROMISES: PromiseName[] = ['accept', 'first_response', 'next_response', 'solution', 'resolve'];

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;

/** How people say how long: an amount of something. */
export type Amount = { unit: 'minutes' | 'hours' | 'working_days' | 'natural_days'; amount: number };
export const UNITS = ['minutes', 'hours', 'working_days', 'natural_days'] as const;

export function amountOf(target: Schemas['PromiseTarget']): Amount {
  if ('working_days' in target) return { unit: 'working_days', amount: target.working_days.days };
  if ('natural_days' in target) return { unit: 'natural_days', amount: target.natural_days.days };
  const { seconds } = target.elapsed;
  return seconds % SECONDS_PER_HOUR === 0
    ? { unit: 'hours', amount: seconds / SECONDS_PER_HOUR }
    : { unit: 'minutes', amount: Math.round(seconds / SECONDS_PER_MINUTE) };
}

export function targetOf({ unit, amount }: Amount): Schemas['PromiseTarget'] {
  if (unit === 'minutes') return { elapsed: { seconds: Math.round(amount * SECONDS_PER_MINUTE) } };
  if (unit === 'hours') return { elapsed: { seconds: Math.round(amount * SECONDS_PER_HOUR) } };
  return unit === 'working_days' ? { working_days: { days: amount } } : { natural_days: { days: amount } };
}

/** With one goal set, or taken away. */
export function withGoal(rule: Rule, promise: PromiseName, goal: Goal | undefined): Rule {
  const goals = Object.fromEntries(
    PROMISES.flatMap((it) => {
      const kept = it === promise ? goal : rule.goals[it];
      return kept ? [[it, kept] as const] : [];
    }),
  );
  return { ...rule, goals };
}

/** A rule with a key no other rule has: clocks remember rules by it, so a key is never given twice. */
export function freshRule(policy: Policy, like?: Rule): Rule {
  const taken = new Set(policy.rules.map((it) => it.key));
  let number = policy.rules.length + 1;
  while (taken.has(`rule_${number}`)) number += 1;
  const key = `rule_${number}`;
  if (like) return { ...structuredClone(like), key };
  const goals = { first_response: { target: { elapsed: { seconds: SECONDS_PER_HOUR } } } };
  return { key, name: {}, goals };
}

/** With the rule one place up or down. */
export function moved(policy: Policy, at: number, by: -1 | 1): Policy {
  const rules = [...policy.rules];
  const [one] = rules.splice(at, 1);
  if (!one || at + by < 0 || at + by > rules.length) return policy;
  rules.splice(at + by, 0, one);
  return { ...policy, rules };
}

export const withRule = (policy: Policy, at: number, rule: Rule): Policy => ({
  ...policy,
  rules: policy.rules.map((it, index) => (index === at ? rule : it)),
});

export const withoutRule = (policy: Policy, at: number): Policy => ({
  ...policy,
  rules: policy.rules.filter((_, index) => index !== at),
});

export const insertedRule = (policy: Policy, at: number, rule: Rule): Policy => ({
  ...policy,
  rules: [...policy.rules.slice(0, at), rule, ...policy.rules.slice(at)],
});
