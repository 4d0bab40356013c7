// The draft as the customer's phone would show it: the real page, drawn by the server, where conditions work and
// nothing can be handed in. A newer one takes the place of the older when it is there, so that nothing flickers.

import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import type { Content } from './form.ts';

/** So long the hand rests before it is drawn anew. */
const REST_MS = 400;

type Asked = { n: number; content: string; lang: string };

export function Preview({ content, chosen }: { content: Content; chosen: string }) {
  const { t } = useTranslation('collect');
  const own = content.languages.find((it) => it === language()) ?? content.languages[0] ?? language();
  const [picked, setPicked] = useState('');
  const lang = content.languages.includes(picked) ? picked : own;
  const text = JSON.stringify(content);
  const [asked, setAsked] = useState<Asked>({ n: 0, content: text, lang });
  const [drawn, setDrawn] = useState(-1);
  useEffect(() => {
    if (asked.content === text && asked.lang === lang) return undefined;
    const draw = () => setAsked((before) => ({ n: before.n + 1, content: text, lang }));
    // A language is chosen by one press and shown at once.
    const rest = setTimeout(draw, asked.lang === lang ? REST_MS : 0);
    return () => clearTimeout(rest);
  }, [asked, text, lang]);
  const frames = [drawn, asked.n].filter((it, at, all) => it >= 0 && all.indexOf(it) === at);
  return (
    <section className="form-phone" aria-label={t('preview.title')}>
      <div className="preview-head">
        <p className="quiet">{t('preview.text')}</p>
        {content.languages.length > 1 && (
          <fieldset className="preview-languages" aria-label={t('preview.language')}>
            {content.languages.map((it) => (
              <button key={it} type="button" className="tab" aria-pressed={it === lang} onClick={() => setPicked(it)}>
                {languageName(it)}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      <div className="phone preview">
        {frames.map((n) => (
          <Frame
            key={n}
            asked={n === asked.n ? asked : undefined}
            chosen={chosen}
            title={t('preview.title')}
            shown={n === drawn || drawn < 0}
            done={() => setDrawn(n)}
          />
        ))}
      </div>
    </section>
  );
}

type FrameProps = { asked: Asked | undefined; chosen: string; title: string; shown: boolean; done: () => void };

/** One drawing: a form posts the draft into a frame of its own, so that going back is not filled with drafts. */
function Frame({ asked, chosen, title, shown, done }: FrameProps) {
  const form = useRef<HTMLFormElement>(null);
  const posted = useRef(false);
  const [first] = useState(asked);
  const name = `preview-${first?.n ?? 0}`;
  useEffect(() => {
    if (posted.current) return;
    posted.current = true;
    form.current?.submit();
  }, []);
  return (
    <>
      <form
        ref={form}
        method="post"
        target={name}
        hidden
        // The question in hand is the one to look at.
        action={`/api/v1/form-preview${chosen ? `#q-${chosen}` : ''}`}
      >
        <input type="hidden" name="content" value={first?.content ?? ''} readOnly />
        <input type="hidden" name="lang" value={first?.lang ?? ''} readOnly />
      </form>
      <iframe
        name={name}
        title={title}
        className={shown ? 'preview-frame' : 'preview-frame preview-next'}
        {...(shown ? {} : { inert: true })}
        onLoad={() => posted.current && done()}
      />
    </>
  );
}
