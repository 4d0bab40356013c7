// Something the server keeps, in hand: changed as a whole, kept when said so, never over somebody else's change.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, askMarked, type Marked, queries, since, Trouble } from './api.ts';
import { carriedOver } from './carry.ts';
import { useSaid } from './states.tsx';
import { complain, tell } from './toast.tsx';
import { useUnsaved } from './unsaved.tsx';

const LONG_MS = 5 * 60_000;

type Way<T> = {
  read: () => Promise<Marked<T>>;
  /** Refused when it is no longer in the state of the mark. */
  put: (to: Marked<T>) => Promise<Marked<T>>;
  /** Everybody else on the page learns how it is now. */
  spread: (now: Marked<T>) => void;
  /** Said when it was kept. */
  said: string;
};

export type Changes<T> = {
  draft: T;
  set: (to: T) => void;
  dirty: boolean;
  busy: boolean;
  error: unknown;
  fault: (field: string) => string | undefined;
  keep: () => void;
  /** Back to how it was. */
  drop: () => void;
  /** How it is now, whoever changed it, under what was typed. */
  again: () => void;
};

export function useChanges<T>(found: Marked<T>, { read, put, spread, said: done }: Way<T>): Changes<T> {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const [from, setFrom] = useState(found);
  const [draft, set] = useState(found.value);
  const take = (now: Marked<T>) => {
    setFrom(now);
    set(now.value);
    spread(now);
  };
  const back = (to: Marked<T>) => put(to).then(take, (error) => complain(said(error)));
  const keep = useMutation({
    mutationFn: put,
    onSuccess: (now) => {
      take(now);
      tell(done, () => back({ value: from.value, etag: now.etag }));
    },
  });
  const dirty = JSON.stringify(draft) !== JSON.stringify(from.value);
  useUnsaved(dirty);
  return {
    draft,
    set,
    dirty,
    busy: keep.isPending,
    error: keep.error,
    fault: (field) => (keep.error instanceof Trouble ? keep.error.at(field) : undefined),
    keep: () => keep.mutate({ value: draft, etag: from.etag }),
    drop: () => {
      keep.reset();
      set(from.value);
    },
    again: () => {
      keep.reset();
      read().then(
        (now) => {
          setFrom(now);
          set(carriedOver(from.value, draft, now.value));
          spread(now);
          tell(t('editor.carried'));
        },
        (error) => complain(said(error)),
      );
    },
  };
}

const read = <T,>(key: string) => askMarked<T>(api.GET('/api/v1/settings/{key}', { params: { path: { key } } }));

/** A group of settings as the server documents it. */
export function useSetting<T>(key: string) {
  return useQuery({ queryKey: ['setting', key], queryFn: () => read<T>(key), staleTime: LONG_MS });
}

export function useSettingDraft<T>(key: string, found: Marked<T>, said: string): Changes<T> {
  return useChanges(found, {
    read: () => read<T>(key),
    put: ({ value, etag }) => {
      const params = { path: { key }, header: since(etag) };
      return askMarked<T>(api.PUT('/api/v1/settings/{key}', { params, body: value as Record<string, never> }));
    },
    spread: (now) => queries.setQueryData(['setting', key], now),
    said,
  });
}

/** What is wrong, that something is not kept yet, and the two ways on. Stands in the form it keeps. */
export function KeepBar<T>({ of, label }: { of: Changes<T>; label?: string }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const overtaken = of.error instanceof Trouble && of.error.status === 412;
  return (
    <div className="keep-bar">
      {of.error !== null && (
        <p className="fault" role="alert">
          {said(of.error)}
        </p>
      )}
      <span className="quiet" role="status">
        {of.dirty ? t('editor.unsaved') : ''}
      </span>
      {overtaken && <Button onClick={of.again}>{t('editor.carry')}</Button>}
      <Button onClick={of.drop} disabled={!of.dirty}>
        {t('house:cancel')}
      </Button>
      <Button type="primary" htmlType="submit" loading={of.busy} disabled={!of.dirty}>
        {label ?? t('keep')}
      </Button>
    </div>
  );
}
