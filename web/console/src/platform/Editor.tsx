// A list with what is changed of it beside it: a panel on a desk, a page of its own on a phone. What was
// typed and not saved is not lost by a slip.

import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Trouble } from '../house/api.ts';
import { isListOpen } from '../house/focus.ts';
import { useSaid } from '../house/states.tsx';
import { useUnsaved } from '../house/unsaved.tsx';
import './editor.css';

export function Beside({ children, panel }: { children: ReactNode; panel: ReactNode }) {
  return (
    <div className={panel ? 'editor-beside editor-open' : 'editor-beside'}>
      <div className="editor-list">{children}</div>
      {panel}
    </div>
  );
}

/** What the server says about one field of what was sent. */
export function useFault(error: unknown): (field: string) => string | undefined {
  return (field) => (error instanceof Trouble ? error.at(field) : undefined);
}

/** After a refusal because somebody else was faster, by the mark or by the version: the way on. */
export function Overtaken({ error, carry }: { error: unknown; carry: () => Promise<void> }) {
  const { t } = useTranslation('platform');
  const isOvertaken = error instanceof Trouble && (error.status === 412 || error.code === 'version_overtaken');
  if (!isOvertaken) return null;
  return (
    <Button size="small" onClick={carry}>
      {t('editor.carry')}
    </Button>
  );
}

type Props = {
  title: string;
  close: () => void;
  keep: () => void;
  busy: boolean;
  error: unknown;
  /** Brings in what somebody else has changed meanwhile, under what was typed. */
  carry?: () => Promise<void>;
  /** Whether something would be lost by closing. */
  dirty: boolean;
  /** Whether it can be saved as it is. */
  ready?: boolean;
  /** More that can be done with it, as archiving. */
  more?: ReactNode;
  children: ReactNode;
};

export function Editor({ title, close, keep, busy, error, carry, dirty, ready = true, more, children }: Props) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const head = useRef<HTMLHeadingElement>(null);
  const [asking, setAsking] = useState(false);
  useUnsaved(dirty);
  useEffect(() => head.current?.focus(), []);
  const leave = () => (dirty ? setAsking(true) : close());
  return (
    <form
      className="card editor"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !isListOpen()) leave();
      }}
    >
      <div className="editor-head">
        <h2 ref={head} tabIndex={-1}>
          {title}
        </h2>
        <Button type="text" icon={<CloseOutlined aria-hidden />} aria-label={t('house:close')} onClick={leave} />
      </div>
      <div className="editor-fields">{children}</div>
      {error !== null && error !== undefined && (
        <p className="fault" role="alert">
          {said(error)} {carry && <Overtaken error={error} carry={carry} />}
        </p>
      )}
      {asking ? (
        <div className="editor-foot" role="alert">
          <span>{t('editor.unsaved')}</span>
          <Button danger onClick={close}>
            {t('editor.discard')}
          </Button>
          <Button onClick={() => setAsking(false)}>{t('editor.stay')}</Button>
        </div>
      ) : (
        <div className="editor-foot">
          {more}
          <span className="editor-space" />
          <Button onClick={leave}>{t('house:cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={busy} disabled={!ready}>
            {t('keep')}
          </Button>
        </div>
      )}
    </form>
  );
}
