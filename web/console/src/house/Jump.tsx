// Ctrl+K: to any page, case or customer, by typing a little of it.

import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ask } from './api.ts';
import { useMay } from './me.tsx';
import { usePlaces } from './places.tsx';

type Target = { key: string; to: string; title: string; note: string };

const FOUND_MAX = 6;

export function Jump({ close }: { close: () => void }) {
  const { t } = useTranslation('house');
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const go = useNavigate();
  const targets = useTargets(useDeferredValue(typed.trim()));
  useEffect(() => dialog.current?.showModal(), []);
  const current = Math.min(at, Math.max(targets.length - 1, 0));

  const take = (target: Target | undefined) => {
    if (!target) return;
    close();
    go(target.to);
  };
  const press = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((current + step + targets.length) % Math.max(targets.length, 1));
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      take(targets[current]);
    }
  };

  return (
    <dialog
      ref={dialog}
      className="dialog jump"
      aria-label={t('jump.open')}
      onClose={close}
      onPointerDown={(event) => event.target === dialog.current && close()}
    >
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls="jump-list"
        aria-activedescendant={targets[current] ? `jump-${current}` : undefined}
        aria-label={t('jump.open')}
        placeholder={t('jump.hint')}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      {targets.length === 0 && <p className="quiet jump-none">{t('jump.none')}</p>}
      <div
        role="listbox"
        id="jump-list"
        aria-label={t('jump.open')}
        className="jump-list"
        hidden={targets.length === 0}
      >
        {targets.map((it, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={it.key}
            id={`jump-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className="jump-option"
            onClick={() => take(it)}
            onPointerMove={() => setAt(index)}
          >
            <span className="jump-title">{it.title}</span>
            <span className="quiet">{it.note}</span>
          </div>
        ))}
      </div>
    </dialog>
  );
}

function useTargets(typed: string): Target[] {
  const { t } = useTranslation('house');
  const may = useMay();
  const places = usePlaces();
  const cases = useQuery({
    queryKey: ['cases', 'jump', typed],
    queryFn: () => ask(api.GET('/api/v1/cases', { params: { query: { search: typed, limit: FOUND_MAX } } })),
    enabled: typed !== '' && may('cases:read'),
    placeholderData: (before) => before,
  });
  const customers = useQuery({
    queryKey: ['customers', 'jump', typed],
    queryFn: () => ask(api.GET('/api/v1/customers', { params: { query: { text: typed, limit: FOUND_MAX } } })),
    enabled: typed !== '' && may('customers:read') && places.some((it) => it.path === '/customers'),
    placeholderData: (before) => before,
  });
  const found: Target[] = [];
  for (const it of places) {
    const title = t(it.name);
    if (title.toLowerCase().includes(typed.toLowerCase()))
      found.push({ key: it.path, to: it.path, title, note: t('jump.page') });
  }
  if (typed === '') return found;
  for (const it of cases.data?.items ?? []) {
    const note = it.customer_name ?? t(`word:kind.${it.kind}`);
    found.push({ key: it.id, to: `/cases/${it.id}`, title: `${it.number} ${it.said}`, note });
  }
  for (const it of customers.data?.items ?? []) {
    found.push({ key: it.id, to: `/customers/${it.id}`, title: it.name, note: t('jump.customer') });
  }
  return found;
}
