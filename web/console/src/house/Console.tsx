// The whole: who is signed in, and the pages.

import { IconProvider } from '@ant-design/icons';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RouterProvider } from 'react-router/dom';
import { Door } from '../platform/Door.tsx';
import { queries, Trouble, whenSignedOut } from './api.ts';
import { keepZone } from './format.ts';
import { loadAllWords } from './i18n.ts';
import { useStream } from './live.ts';
import { ME, type Me, MeContext } from './me.tsx';
import { nonce } from './nonce.ts';
import { usePlaces } from './places.tsx';
import { openPages } from './router.tsx';
import { Failed, Loading } from './states.tsx';
import { Toasts } from './toast.tsx';

const Library = lazy(async () => ({ default: (await import('./library/Library.tsx')).Library }));
const SetUp = lazy(async () => {
  const [it] = await Promise.all([import('../platform/SetUp.tsx'), loadAllWords()]);
  return { default: it.SetUp };
});

const SecondStep = lazy(async () => {
  const [it] = await Promise.all([import('../platform/SecondStep.tsx'), loadAllWords()]);
  return { default: it.SecondStep };
});

const FirstPassword = lazy(async () => {
  const [it] = await Promise.all([import('../platform/FirstPassword.tsx'), loadAllWords()]);
  return { default: it.FirstPassword };
});

const ICONS = { csp: { nonce } };

export function Console() {
  return (
    <IconProvider value={ICONS}>
      <QueryClientProvider client={queries}>
        <House />
        <Toasts />
      </QueryClientProvider>
    </IconProvider>
  );
}

/** Without a cookie nobody needs to be asked who it is. The page is told by the server: scripts cannot see it. */
const session = () => document.querySelector<HTMLMetaElement>('meta[name=huisheng-session]')?.content;

const ME_MS = 60_000;

function House() {
  const [known, setKnown] = useState<Me>();
  const [away, setAway] = useState(false);
  const [stranger, setStranger] = useState(() => session() !== 'kept');
  const [setsUp, setSetsUp] = useState(false);
  const [isNew, setIsNew] = useState(() => session() === 'setup');
  const { data, error, refetch } = useQuery({
    ...ME,
    enabled: !stranger,
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
        <Library>
          <SetUp done={begin} notNeeded={() => setIsNew(false)} />
        </Library>
      </Suspense>
    );
  }
  if (!me) {
    if (stranger || away || (error instanceof Trouble && error.status === 401)) return <Door done={back} />;
    return error ? <Failed error={error} again={() => refetch()} /> : <Loading />;
  }
  keepZone(me.tenant.zone);
  if (me.must_choose_password) {
    return (
      <MeContext value={me}>
        <Suspense fallback={<Loading />}>
          <Library>
            <FirstPassword done={() => refetch()} />
          </Library>
        </Suspense>
      </MeContext>
    );
  }
  // It stays until the recovery codes were read, although the server asks for nothing any more.
  if (me.must_set_up_second_factor || setsUp) {
    if (!setsUp) setSetsUp(true);
    const go = async () => {
      await refetch();
      setSetsUp(false);
    };
    return (
      <MeContext value={me}>
        <Suspense fallback={<Loading />}>
          <Library>
            <SecondStep done={go} />
          </Library>
        </Suspense>
      </MeContext>
    );
  }
  return (
    <MeContext value={me}>
      <Pages />
      {away && <SignInAgain done={back} slug={me.tenant.slug} />}
    </MeContext>
  );
}

/** The pages of who is signed in. */
function Pages() {
  const places = usePlaces();
  const [router] = useState(() => openPages(places));
  return <RouterProvider router={router} />;
}

/** Over the page, which stays as it is: nothing typed is lost because a session ended. */
function SignInAgain({ done, slug }: { done: () => void; slug: string }) {
  const { t } = useTranslation('house');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog" aria-label={t('session_ended')} onCancel={(it) => it.preventDefault()}>
      <p className="dialog-note">{t('session_ended')}</p>
      <Door done={done} slug={slug} bare />
    </dialog>
  );
}
