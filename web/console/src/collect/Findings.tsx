// What is wrong with a form and what could be better, on the question it is about.

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, ask, type Schemas } from '../house/api.ts';
import type { Content } from './form.ts';

export type Check = Schemas['CheckBody'] | undefined;

/** How long the hand rests before the linter looks. */
const REST_MS = 600;

/** What the server makes of the form, a moment after the hand rests. */
export function useCheck(content: Content): Check {
  const [rested, setRested] = useState(content);
  useEffect(() => {
    const timer = setTimeout(() => setRested(content), REST_MS);
    return () => clearTimeout(timer);
  }, [content]);
  const { data } = useQuery({
    queryKey: ['form-check', rested],
    queryFn: () => ask(api.POST('/api/v1/form-check', { body: rested })),
    placeholderData: (before) => before,
    gcTime: 0,
  });
  return data;
}

/** Those of the question with key `of` at place `at`; those of the whole form when there is none. */
export function Findings({ of, at, check }: { of: string | null; at?: number; check: Check }) {
  const problems = check?.problems.filter((it) => {
    const place = /^questions\.(\d+)/.exec(it.field ?? '')?.[1];
    return of === null ? place === undefined : Number(place) === at;
  });
  const findings = check?.findings.filter((it) => (it.question ?? null) === of);
  if (!problems?.length && !findings?.length) return null;
  return (
    <ul className="findings">
      {problems?.map((it) => (
        <li key={`${it.code} ${it.field}`} className="finding finding-error">
          {it.message}
        </li>
      ))}
      {findings?.map((it) => (
        <li key={`${it.code} ${it.message}`} className={`finding finding-${it.severity}`}>
          {it.message}
        </li>
      ))}
    </ul>
  );
}
