// The whole: theme, words of the component library, who is signed in, and the pages.

import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import type { Locale } from 'antd/es/locale';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RouterProvider } from 'react-router/dom';
import { SignIn } from '../platform/SignIn.tsx';
import { api, ask, queries, Trouble, whenSignedOut } from './api.ts';
import { keepZone } from './format.ts';
import { useStream } from './live.ts';
import { type Me, MeContext } from './me.tsx';
import { router } from './router.tsx';
import { Failed, Loading } from './states.tsx';
import { themeOf, useLight } from './theme.ts';
import { Toasts } from './toast.tsx';

const SetUp = lazy(async () => ({ default: (await import('../platform/SetUp.tsx')).SetUp }));

const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

export function Console() {
  const { i18n } = useTranslation();
  const light = useLight();
  const locale = useLibraryWords(i18n.language);
  return (
    <ConfigProvider csp={{ nonce }} theme={themeOf(light)} button={{ autoInsertSpace: false }} locale={locale}>
      <QueryClientProvider client={queries}>
        <House />
        <Toasts />
      </QueryClientProvider>
    </ConfigProvider>
  );
}

/**
 * The component library's own words come later: nothing of the first page needs them. Until then its locale is
 * a bare name, not nothing: with nothing the library would draw everything anew when they come, and what had been
 * typed at the door by then would be gone.
 */
function useLibraryWords(language: string): Locale {
  const [locale, setLocale] = useState<Locale>({ locale: language });
  useEffect(() => {
    const load = language === 'en' ? import('./library/en.ts') : import('./library/zh-CN.ts');
    load.then((it) => setLocale(it.default));
  }, [language]);
  return locale;
}

/** Without a cookie nobody needs to be asked who it is. The page is told by the server: scripts cannot see it. */
const session = () => document.querySelector<HTMLMetaElement>('meta[name=huisheng-session]')?.content;

const ME_MS = 60_000;

function House() {
  const [known, setKnown] = useState<Me>();
  const [away, setAway] = useState(false);
  const [stranger, setStranger] = useState(() => session() !== 'kept');
  const [isNew, setIsNew] = useState(() => session() === 'setup');
  const { data, error, refetch } = useQuery({
    queryKey: ['me'],
    enabled: !stranger,
    queryFn: () => ask(api.GET('/api/v1/me')),
    refetchInterval: (query) => (query.state.data ? ME_MS : false),
  });
  useEffect(() => whenSignedOut(() => setAway(true)), []);
  useEffect(() => {
    if (data) setKnown(data);
  }, [data]);
  const me = data ?? known;
  useStream(me !== undefined && !away);

  const back = async () => {
    setStranger(false);
    const { data: found } = await refetch();
    if (!found) return;
    // What is open belongs to the one who left.
    if (known && known.staff?.id !== found.staff?.id) window.location.reload();
    setAway(false);
    queries.invalidateQueries({ predicate: (it) => it.queryKey[0] !== 'me' });
  };

  const begin = () => {
    setIsNew(false);
    back();
  };
  if (isNew) {
    return (
      <Suspense fallback={<Loading />}>
        <SetUp done={begin} notNeeded={() => setIsNew(false)} />
      </Suspense>
    );
  }
  if (!me) {
    if (stranger || away || (error instanceof Trouble && error.status === 401)) return <SignIn done={back} />;
    return error ? <Failed error={error} again={() => refetch()} /> : <Loading />;
  }
  keepZone(me.tenant.zone);
  return (
    <MeContext value={me}>
      <RouterProvider router={router} />
      {away && <SignInAgain done={back} slug={me.tenant.slug} />}
    </MeContext>
  );
}

/** Over the page, which stays as it is: nothing typed is lost because a session ended. */
function SignInAgain({ done, slug }: { done: () => void; slug: string }) {
  const { t } = useTranslation('house');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog" aria-label={t('session_ended')} onCancel={(it) => it.preventDefault()}>
      <p className="dialog-note">{t('session_ended')}</p>
      <SignIn done={done} slug={slug} bare />
    </dialog>
  );
}
