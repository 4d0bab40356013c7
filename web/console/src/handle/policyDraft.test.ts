// Changing a policy by hand.

import { describe, expect, test } from 'vitest';
import {
  amountOf,
  freshRule,
  insertedRule,
  moved,
  type Policy,
  targetOf,
  UNITS,
  withGoal,
  withoutRule,
} from './policyDraft.ts';

const rule = (key: string) => ({
  key,
  name: { 'zh-CN': key },
  goals: { accept: { target: targetOf({ unit: 'hours', amount: 1 }) } },
});
const policy: Policy = { calendar: 'c', wake_bp: [], rules: ['a', 'b', 'c'].map(rule) };
const keys = (of: Policy) => of.rules.map((it) => it.key).join('');

describe('a policy in hand', () => {
  test('says how long as people do, and back', () => {
    for (const unit of UNITS) expect(amountOf(targetOf({ unit, amount: 30 }))).toEqual({ unit, amount: 30 });
    expect(amountOf({ elapsed: { seconds: 5400 } })).toEqual({ unit: 'minutes', amount: 90 });
    expect(amountOf(targetOf({ unit: 'hours', amount: 1.5 }))).toEqual({ unit: 'minutes', amount: 90 });
  });

  test('moves its rules within its bounds', () => {
    expect(keys(moved(policy, 0, 1))).toBe('bac');
    expect(keys(moved(policy, 2, -1))).toBe('acb');
    expect(keys(moved(policy, 0, -1))).toBe('abc');
    expect(keys(moved(policy, 2, 1))).toBe('abc');
  });

  test('takes a rule out and puts it back where it was', () => {
    const without = withoutRule(policy, 1);
    expect(keys(without)).toBe('ac');
    expect(keys(insertedRule(without, 1, rule('b')))).toBe('abc');
  });

  test('never gives a key twice, not even to a copy', () => {
    const taken = { ...policy, rules: [...policy.rules, rule('rule_5'), rule('rule_6')] };
    const fresh = freshRule(taken, policy.rules[0]);
    expect(taken.rules.map((it) => it.key)).not.toContain(fresh.key);
    expect(fresh.key).toMatch(/^[a-z0-9_]+$/);
    expect(fresh.goals).toEqual(policy.rules[0]?.goals);
  });

  test('sets and takes away one goal and keeps the others in their order', () => {
    const two = withGoal(rule('a'), 'resolve', { target: targetOf({ unit: 'working_days', amount: 3 }) });
    expect(Object.keys(two.goals)).toEqual(['accept', 'resolve']);
    expect(Object.keys(withGoal(two, 'accept', undefined).goals)).toEqual(['resolve']);
  });
});
