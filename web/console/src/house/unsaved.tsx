// What was typed and not kept is not lost by a slip: whoever leaves the page is asked first.

import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';
import { Button } from './Button.tsx';

/** Whoever has something unkept, by a name of its own. */
const holding = new Set<string>();

window.addEventListener('beforeunload', (event) => {
  if (holding.size > 0) event.preventDefault();
});

/** While `dirty`, leaving asks first. */
export function useUnsaved(dirty: boolean) {
  const id = useId();
  useEffect(() => {
    if (!dirty) return undefined;
    holding.add(id);
    return () => {
      holding.delete(id);
    };
  }, [dirty, id]);
}

/** Asks, once for the whole console. */
export function Unsaved() {
  const { t } = useTranslation('platform');
  const dialog = useRef<HTMLDialogElement>(null);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => holding.size > 0 && currentLocation.pathname !== nextLocation.pathname,
  );
  const asks = blocker.state === 'blocked';
  useEffect(() => {
    if (asks) dialog.current?.showModal();
  }, [asks]);
  if (!asks) return null;
  return (
    <dialog ref={dialog} className="dialog" aria-label={t('editor.unsaved')} onClose={() => blocker.reset()}>
      <p className="dialog-note">{t('editor.unsaved')}</p>
      <div className="move-foot dialog-foot">
        <Button danger onClick={() => blocker.proceed()}>
          {t('editor.discard')}
        </Button>
        <Button look="primary" onClick={() => blocker.reset()}>
          {t('editor.stay')}
        </Button>
      </div>
    </dialog>
  );
}
