// Ready-made questions to a list, as tabs; one's own beside them, kept for this person wherever they sign in.

import { CloseOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { usePreference } from './preference.ts';
import { tell } from './toast.tsx';
import { areViews, isSameQuestion, NO_VIEWS, type View } from './views.ts';

type Props = {
  /** Of the list, as `cases`. */
  page: string;
  /** Those that everybody has, the first being what the bare address shows. */
  ready: View[];
};

export function Views({ page, ready }: Props) {
  const { t } = useTranslation('house');
  const { value, keep } = usePreference(`views.${page}`, NO_VIEWS, areViews);
  const own = value ?? NO_VIEWS;
  const { search } = useLocation();
  const go = useNavigate();
  const nav = useRef<HTMLElement>(null);
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState('');
  const shown = search || ready[0]?.query || '';
  // On a phone the strip is longer than the screen: what is shown comes into sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question is another tab, and one's own come later
  useEffect(() => {
    const here = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (nav.current && here) nav.current.scrollLeft = here.offsetLeft - nav.current.offsetLeft - 40;
  }, [shown, own.length]);
  const isShown = (it: View) => isSameQuestion(it.query, shown);
  const known = [...ready, ...own].some(isShown);
  const tab = (it: View) => (
    <Link key={it.name} className="tab" to={`?${it.query}`} aria-current={isShown(it) ? 'page' : undefined}>
      {it.name}
    </Link>
  );
  return (
    <nav ref={nav} className="tabs" aria-label={t('views')}>
      {ready.map(tab)}
      {own.map((it) => (
        <span key={it.name} className="tab-own">
          {tab(it)}
          {isShown(it) && (
            <button
              type="button"
              className="tab-drop"
              aria-label={t('views.drop', { name: it.name })}
              onClick={() => {
                keep(own.filter((one) => one !== it));
                tell(t('views.dropped', { name: it.name }), () => keep(own));
              }}
            >
              <CloseOutlined aria-hidden />
            </button>
          )}
        </span>
      ))}
      {value && !known && !naming && (
        <button type="button" className="tab tab-keep" onClick={() => setNaming(true)}>
          {t('views.keep')}
        </button>
      )}
      {naming && (
        <form
          className="tab-naming"
          onSubmit={(event) => {
            event.preventDefault();
            const said = name.trim();
            if (!said) return;
            const query = new URLSearchParams(shown);
            query.delete('after');
            query.delete('open');
            keep([...own.filter((it) => it.name !== said), { name: said, query: query.toString() }]);
            setNaming(false);
            setName('');
            go(`?${query}`, { replace: true });
            // The field that was typed into is gone; the view that came of it is there.
            requestAnimationFrame(() => nav.current?.querySelector<HTMLElement>('[aria-current]')?.focus());
          }}
          onKeyDown={(event) => event.key === 'Escape' && setNaming(false)}
        >
          <Input
            size="small"
            autoFocus
            aria-label={t('views.name')}
            placeholder={t('views.name')}
            maxLength={20}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button size="small" type="primary" htmlType="submit" disabled={!name.trim()}>
            {t('views.save')}
          </Button>
        </form>
      )}
    </nav>
  );
}
