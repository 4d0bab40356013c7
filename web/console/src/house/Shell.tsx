// Around every page: where one can go, what is about to break, what happened, who one is.

import {
  HourglassOutlined,
  LogoutOutlined,
  MoonOutlined,
  SearchOutlined,
  SunOutlined,
  TranslationOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { type ComponentType, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, useLocation, useNavigation } from 'react-router';
import { fetchAhead, fetchAllAhead } from './ahead.ts';
import { api, ask } from './api.ts';
import { now } from './clock.ts';
import { isListOpen } from './focus.ts';
import { language, speak } from './i18n.ts';
import { useLook } from './live.ts';
import { useMay, useMe, useMyId } from './me.tsx';
import { Notices } from './Notices.tsx';
import { type Place, usePlaces } from './places.tsx';
import { Stale } from './Stale.tsx';
import { Loading, Mark, useRested, useSaid } from './states.tsx';
import { switchLight, useLight } from './theme.ts';
import { complain } from './toast.tsx';
import { Unsaved } from './unsaved.tsx';

const loadJump = () => import('./Jump.tsx');

/** Calls `then` when the next picture is there: what needs the layout gets it for nothing. */
function afterPaint(then: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(then);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

export function Shell() {
  const { t } = useTranslation('house');
  const places = usePlaces();
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);
  const scrolled = useRef(false);
  const isRested = useRested(true);
  const busy = useNavigation().state === 'loading';
  const [Jump, setJump] = useState<ComponentType<{ close: () => void }>>();
  const say = useSaid();
  // In the language of now, not of when the page was opened.
  const said = useRef(say);
  said.current = say;
  // Without a network it does not open, and the page stays.
  const jump = useCallback(() => {
    loadJump().then(
      (it) => setJump(() => it.Jump),
      (error) => complain(said.current(error)),
    );
  }, []);

  // Whoever reads by ear or by keyboard begins at the new page, not at the menu.
  useEffect(() => {
    if (before.current === pathname) return undefined;
    before.current = pathname;
    // Only where somebody has scrolled: asking where one is would lay out the page before it is whole.
    if (scrolled.current) main.current?.scrollTo(0, 0);
    scrolled.current = false;
    const focus = () => {
      // A page that asks for words at once knows better.
      const writes = document.activeElement?.matches('.main :is(input, textarea, select)');
      if (!writes) main.current?.focus({ preventScroll: true });
    };
    return afterPaint(focus);
  }, [pathname]);

  const paths = places.map((it) => it.path).join(' ');
  const [Warm, setWarm] = useState<ComponentType>();
  useEffect(() => fetchAllAhead(paths.split(' '), [loadJump], (it) => setWarm(() => it)), [paths]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        jump();
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [jump]);

  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {t('skip')}
      </button>
      <nav className="side" aria-label={t('places')}>
        <Link to="/" className="brand">
          <Mark size={28} />
          <span>{t('brand')}</span>
        </Link>
        <ul>
          {places.map((it) => (
            <li key={it.path}>
              <PlaceLink place={it} />
            </li>
          ))}
        </ul>
      </nav>
      <header className="top">
        <Link to="/" className="brand top-brand" aria-label={t('brand')}>
          <Mark size={26} />
        </Link>
        <button type="button" className="find" onClick={jump}>
          <SearchOutlined aria-hidden />
          <span className="find-words">{t('jump.open')}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div className="top-right">
          {isRested && <AtRisk />}
          {isRested && <Notices />}
          <Own />
        </div>
      </header>
      <main
        id="main"
        className={busy ? 'main main-busy' : 'main'}
        ref={main}
        tabIndex={-1}
        onScroll={(event) => {
          if (event.target === event.currentTarget) scrolled.current = true;
        }}
      >
        <Stale />
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <PhoneBar places={places} />
      <Unsaved />
      {Warm && <Warm />}
      {Jump && <Jump close={() => setJump(undefined)} />}
    </div>
  );
}

function PlaceLink({ place }: { place: Place }) {
  const { t } = useTranslation('house');
  return (
    <NavLink
      to={place.path}
      className={place.below ? 'place place-below' : 'place'}
      onPointerEnter={() => fetchAhead(place.path)}
      onFocus={() => fetchAhead(place.path)}
    >
      <span aria-hidden>{place.icon}</span>
      <span>{t(place.name)}</span>
    </NavLink>
  );
}

/** Four places under the thumb; the rest behind 更多. */
function PhoneBar({ places }: { places: Place[] }) {
  const { t } = useTranslation('house');
  const under = places.filter((it) => it.phone);
  const more = places.filter((it) => !it.phone);
  return (
    <nav className="phone-bar" aria-label={t('places_phone')}>
      {under.map((it) => (
        <PlaceLink key={it.path} place={it} />
      ))}
      {more.length > 0 && (
        <Fold label={t('more')} icon={<span aria-hidden>···</span>} className="place phone-more" up words>
          {more.map((it) => (
            <PlaceLink key={it.path} place={it} />
          ))}
        </Fold>
      )}
    </nav>
  );
}

/** A small menu. Closes when something in it was chosen, on Escape, and when one goes elsewhere. */
export function Fold(props: {
  label: string;
  icon: React.ReactNode;
  className?: string;
  up?: boolean;
  /** The label stands beside the icon. */
  words?: boolean;
  /** The icon says its own name. */
  named?: boolean;
  children: React.ReactNode;
}) {
  const box = useRef<HTMLDetailsElement>(null);
  /** What nobody has looked into is not drawn. */
  const [wasOpened, setWasOpened] = useState(false);
  useEffect(() => {
    const close = () => {
      if (box.current) box.current.open = false;
    };
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) close();
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !box.current?.open || isListOpen()) return;
      close();
      box.current.querySelector('summary')?.focus();
    };
    document.addEventListener('pointerdown', outside);
    // Before a list inside has closed: one Escape closes one thing.
    document.addEventListener('keydown', key, true);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('keydown', key, true);
    };
  }, []);
  /** Whoever goes on by keyboard does not leave it lying over the page. */
  const leave = ({ relatedTarget: to }: React.FocusEvent) => {
    if (to && box.current && !box.current.contains(to) && !isListOpen()) box.current.open = false;
  };
  return (
    <details
      className={props.up ? 'fold fold-up' : 'fold'}
      ref={box}
      onToggle={() => setWasOpened(true)}
      onFocus={() => setWasOpened(true)}
      onBlur={leave}
    >
      <summary
        className={props.className ?? 'icon-button'}
        aria-label={props.words || props.named ? undefined : props.label}
        title={props.label}
      >
        {props.icon}
        {props.words && <span>{props.label}</span>}
      </summary>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the things inside are pressed, this only closes */}
      <div
        className="fold-body"
        onClick={(event) => {
          const chosen = event.target instanceof Element && event.target.closest('a, button');
          if (chosen && box.current) box.current.open = false;
        }}
      >
        {wasOpened && props.children}
      </div>
    </details>
  );
}

const RISK_MS = 30 * 60_000;
const LOOK_MS = 30_000;

/** How many of my promises fall due within half an hour, or are broken. */
function AtRisk() {
  const { t } = useTranslation('house');
  const may = useMay()('cases:act');
  const owner = useMyId();
  const { data } = useQuery({
    queryKey: ['cases', 'at-risk', owner],
    queryFn: () => {
      const due_before = new Date(now() + RISK_MS).toISOString();
      return ask(api.GET('/api/v1/cases/totals', { params: { query: { owner, due_before } } }));
    },
    refetchInterval: useLook(LOOK_MS),
    enabled: may && owner !== '',
  });
  const count = data?.reduce((sum, it) => sum + it.count, 0) ?? 0;
  if (count === 0) return null;
  return (
    <Link to="/work" className="at-risk" title={t('at_risk', { count })}>
      <HourglassOutlined aria-hidden />
      <b>{count}</b>
      <span className="at-risk-words">{t('at_risk_words', { count })}</span>
    </Link>
  );
}

function Own() {
  const { t } = useTranslation('house');
  const { staff, tenant } = useMe();
  const light = useLight();
  const leave = async () => {
    await ask(api.DELETE('/api/v1/session')).catch(() => undefined);
    window.location.assign('/console/');
  };
  const name = staff?.name ?? '';
  return (
    <Fold label={t('own', { name })} icon={<span className="face">{name.slice(0, 1)}</span>}>
      <p className="fold-head">
        <b>{name}</b>
        <span className="quiet">
          {staff?.number} · {tenant.name}
        </span>
      </p>
      <Link to="/me">
        <UserOutlined aria-hidden /> {t('place.me')}
      </Link>
      <button
        type="button"
        onClick={() => speak(language() === 'en' ? 'zh-CN' : 'en')}
        lang={language() === 'en' ? 'zh-CN' : 'en'}
      >
        <TranslationOutlined aria-hidden /> {language() === 'en' ? '中文' : 'English'}
      </button>
      <button type="button" onClick={switchLight}>
        {light === 'dark' ? <SunOutlined aria-hidden /> : <MoonOutlined aria-hidden />}
        {light === 'dark' ? t('light') : t('dark')}
      </button>
      <button type="button" onClick={leave}>
        <LogoutOutlined aria-hidden /> {t('sign_out')}
      </button>
    </Fold>
  );
}
