// The draft of a form: kept a moment after the hand rests, and when the page is left. When somebody else has kept
// another one meanwhile, nothing is kept any more until the person decides.

import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, ask, queries, since, Trouble } from '../house/api.ts';
import { useSaid } from '../house/states.tsx';
import { complain } from '../house/toast.tsx';
import type { Content, Form } from './form.ts';

const REST_MS = 2000;

/** What did not arrive is sent again after so long, unless the server says when. */
const AGAIN_MS = 10_000;

export function useFormDraft(it: Form, may: boolean) {
  const said = useSaid();
  const [content, setContent] = useState(it.draft);
  const [kept, setKept] = useState(it.draft);
  const [overtaken, setOvertaken] = useState(false);
  // Of the draft as this page last saw it on the server.
  const etag = useRef(it.etag);
  // Said once, not at every attempt.
  const isAway = useRef(false);
  const { id, key } = it;
  // The page was left and opened again before its last draft was on the server: it is now.
  useEffect(() => {
    if (it.draft === kept) etag.current = it.etag;
  }, [it, kept]);
  const put = (what: Content, keepalive = false) => {
    const params = { path: { id }, header: since(etag.current) };
    return ask(api.PUT('/api/v1/forms/{id}', { params, body: { key, content: what }, keepalive }));
  };
  const keep = useMutation({
    // One after the other: the last one typed is the last one kept.
    scope: { id: `form-${id}` },
    mutationFn: (what: Content) => put(what),
    onSuccess: (answer, what) => {
      etag.current = answer.etag;
      isAway.current = false;
      setKept(what);
      queries.setQueryData(['form', id], { ...answer, draft: what });
      queries.invalidateQueries({ queryKey: ['forms'] });
    },
    onError: (error) => {
      if (error instanceof Trouble && error.status === 412) setOvertaken(true);
      else if (!isAway.current) complain(said(error));
      isAway.current = error instanceof Trouble && error.passes;
    },
  });
  const { mutate, error } = keep;
  const dirty = may && content !== kept;
  useEffect(() => {
    if (!dirty || overtaken) return undefined;
    const timer = setTimeout(() => mutate(content), REST_MS);
    return () => clearTimeout(timer);
  }, [content, dirty, overtaken, mutate]);
  useEffect(() => {
    const passes = error instanceof Trouble && error.passes;
    if (!dirty || overtaken || !passes) return undefined;
    const timer = setTimeout(() => mutate(content), error.after_ms ?? AGAIN_MS);
    return () => clearTimeout(timer);
  }, [error, content, dirty, overtaken, mutate]);

  const leave = useRef(() => {});
  leave.current = () => {
    if (!dirty || overtaken) return;
    // Whoever comes back at once finds what they left.
    queries.setQueryData(['form', id], { ...it, draft: content });
    put(content, true).then(
      (answer) => queries.setQueryData(['form', id], { ...answer, draft: content }),
      (error) => complain(said(error)),
    );
  };
  useEffect(() => {
    const flush = () => leave.current();
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, []);

  /** Theirs instead of mine. */
  const takeTheirs = async () => {
    try {
      const now = await ask(api.GET('/api/v1/forms/{id}', { params: { path: { id } } }));
      etag.current = now.etag;
      queries.setQueryData(['form', id], now);
      setKept(now.draft);
      setContent(now.draft);
      setOvertaken(false);
      keep.reset();
    } catch (error) {
      complain(said(error));
    }
  };
  /** Mine over theirs, knowingly. */
  const keepMine = () => {
    etag.current = '';
    setOvertaken(false);
    mutate(content);
  };
  return { content, setContent, dirty, keep, overtaken, takeTheirs, keepMine };
}
