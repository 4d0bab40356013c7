// The draft of a form: kept a moment after the hand rests, and when the page is left.

import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, ask, queries } from '../house/api.ts';
import { useSaid } from '../house/states.tsx';
import { complain } from '../house/toast.tsx';
import type { Content, Form } from './form.ts';

const REST_MS = 2000;

export function useFormDraft(it: Form, may: boolean) {
  const said = useSaid();
  const [content, setContent] = useState(it.draft);
  const [kept, setKept] = useState(it.draft);
  const { id, key } = it;
  const put = (what: Content, keepalive = false) =>
    ask(api.PUT('/api/v1/forms/{id}', { params: { path: { id } }, body: { key, content: what }, keepalive }));
  const keep = useMutation({
    // One after the other: the last one typed is the last one kept.
    scope: { id: `form-${id}` },
    mutationFn: (what: Content) => put(what),
    onSuccess: (answer, what) => {
      setKept(what);
      queries.setQueryData(['form', id], { ...answer, draft: what });
      queries.invalidateQueries({ queryKey: ['forms'] });
    },
    onError: (error) => complain(said(error)),
  });
  const { mutate } = keep;
  const dirty = may && content !== kept;
  useEffect(() => {
    if (!dirty) return undefined;
    const timer = setTimeout(() => mutate(content), REST_MS);
    return () => clearTimeout(timer);
  }, [content, dirty, mutate]);

  const leave = useRef(() => {});
  leave.current = () => {
    if (!dirty) return;
    queries.setQueryData(['form', id], { ...it, draft: content });
    put(content, true).catch((error) => complain(said(error)));
  };
  useEffect(() => {
    const flush = () => leave.current();
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, []);
  return { content, setContent, dirty, keep };
}
