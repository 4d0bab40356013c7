// The form as its questions, one under the other, with everything the customer reads. They are moved by
// dragging, by buttons and by Alt with the arrows; what moved is said.

import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, HolderOutlined } from '@ant-design/icons';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConditionWords } from './Conditions.tsx';
import { type Check, Findings } from './Findings.tsx';
import { type Content, freeKey, moved, type Question, say, type Text, type Type } from './form.ts';
import { DRAGGED_TYPE } from './Palette.tsx';
import { Texts } from './Texts.tsx';
import { useCarry } from './useCarry.ts';

const DRAGGED_QUESTION = 'application/x-huisheng-question';

type Props = {
  content: Content;
  set: (to: Content) => void;
  may: boolean;
  check: Check;
  /** The key of the question whose properties are shown; empty: the form's. */
  chosen: string;
  choose: (key: string) => void;
  /** Puts a new question into the gap before the one at this place. */
  add: (type: Type, gap: number) => void;
  drop: (key: string) => void;
  /** What is shown on the chosen card where there is no room beside. */
  inside: ReactNode;
};

export function Canvas({ content, set, may, check, chosen, choose, add, drop, inside }: Props) {
  const { t } = useTranslation('collect');
  const [gap, setGap] = useState<number>();
  const [said, setSaid] = useState('');
  const list = useRef<HTMLOListElement>(null);
  const { questions, languages } = content;

  const put = (from: number, to: number) => {
    const place = to > from ? to - 1 : to;
    if (place === from) return;
    set({ ...content, questions: moved(questions, from, to) });
    setSaid(t('form.moved', { n: place + 1, count: questions.length }));
  };
  const gapAt = (y: number) => {
    const items = [...(list.current?.children ?? [])];
    const at = items.findIndex((it) => {
      const { top, height } = it.getBoundingClientRect();
      return y < top + height / 2;
    });
    return at < 0 ? items.length : at;
  };
  const over = (event: DragEvent) => {
    const ours = event.dataTransfer.types.some((it) => it === DRAGGED_TYPE || it === DRAGGED_QUESTION);
    if (!ours || !may) return;
    event.preventDefault();
    setGap(gapAt(event.clientY));
  };
  const land = (event: DragEvent) => {
    setGap(undefined);
    const to = gapAt(event.clientY);
    const type = event.dataTransfer.getData(DRAGGED_TYPE) as Type | '';
    const from = questions.findIndex((it) => it.key === event.dataTransfer.getData(DRAGGED_QUESTION));
    if (type) add(type, to);
    else if (from >= 0) put(from, to);
    else return;
    event.preventDefault();
  };
  const carry = useCarry({
    list,
    over: (y) => setGap(gapAt(y)),
    land: (from, y) => put(from, gapAt(y)),
    leave: () => setGap(undefined),
  });
  const head = (name: 'title' | 'intro' | 'thanks', label: string, long: boolean) => (
    <Texts
      label={label}
      languages={languages}
      value={content[name]}
      may={may}
      set={(to) => set({ ...content, [name]: to })}
      long={long}
    />
  );
  return (
    <div className="designer-canvas">
      <Findings of={null} check={check} />
      <section
        className={chosen === '' ? 'card question question-chosen' : 'card question'}
        aria-label={t('form.head')}
        onFocus={() => choose('')}
      >
        <h2>{t('form.head')}</h2>
        {head('title', t('form.name'), false)}
        {head('intro', t('form.intro'), true)}
        {chosen === '' && inside}
      </section>
      <ol
        ref={list}
        className={gap === questions.length ? 'questions gap-end' : 'questions'}
        onDragOver={over}
        onDragLeave={(event) => {
          const to = event.relatedTarget;
          if (!(to instanceof Node && list.current?.contains(to))) setGap(undefined);
        }}
        onDrop={land}
        onDragEnd={() => setGap(undefined)}
      >
        {questions.map((it, at) => (
          <li key={it.key} className={gap === at ? 'gap-before' : ''}>
            <Card
              it={it}
              at={at}
              content={content}
              may={may}
              check={check}
              chosen={chosen === it.key}
              choose={() => choose(it.key)}
              change={(to) => set({ ...content, questions: questions.map((one) => (one === it ? to : one)) })}
              move={(by) => put(at, by < 0 ? at - 1 : at + 2)}
              drop={() => drop(it.key)}
              tell={setSaid}
              carried={carry.carried === at}
              handle={carry.handle(at)}
              isFinger={carry.isFinger}
              inside={inside}
            />
          </li>
        ))}
      </ol>
      {questions.length === 0 && <p className="card question quiet">{t('form.no_questions')}</p>}
      <section className="card question" aria-label={t('form.tail')} onFocus={() => choose('')}>
        <h2>{t('form.tail')}</h2>
        {head('thanks', t('form.thanks'), true)}
      </section>
      <p className="sr" aria-live="polite">
        {said}
      </p>
    </div>
  );
}

/** The keyboard's way of dragging, for whatever has a place in a list. */
function byArrows(event: React.KeyboardEvent, at: number, length: number, move: (by: -1 | 1) => void) {
  if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
  event.preventDefault();
  event.stopPropagation();
  const by = event.key === 'ArrowUp' ? -1 : 1;
  if (at + by >= 0 && at + by < length) move(by);
}

type CardProps = {
  it: Question;
  at: number;
  content: Content;
  may: boolean;
  check: Check;
  chosen: boolean;
  choose: () => void;
  change: (to: Question) => void;
  move: (by: -1 | 1) => void;
  drop: () => void;
  tell: (what: string) => void;
  /** It is under way under a finger. */
  carried: boolean;
  handle: ReturnType<ReturnType<typeof useCarry>['handle']>;
  isFinger: () => boolean;
  inside: ReactNode;
};

function Card(props: CardProps) {
  const { it, at, content, may, check, chosen, choose, change, move, drop, tell, carried, inside } = props;
  const { t } = useTranslation('collect');
  const words = useConditionWords(content.questions);
  const { languages, questions } = content;
  const card = useRef<HTMLElement>(null);
  const last = at === questions.length - 1;
  const step = (by: -1 | 1, label: string, icon: ReactNode, end: boolean) => (
    // Not disabled at the ends: the focus would be lost on the way.
    <button
      type="button"
      className="icon-button"
      onClick={() => !end && move(by)}
      aria-disabled={end || undefined}
      aria-label={label}
    >
      {icon}
    </button>
  );
  return (
    <section
      ref={card}
      id={`question-${it.key}`}
      className={['card question', chosen && 'question-chosen', carried && 'question-carried']
        .filter(Boolean)
        .join(' ')}
      aria-label={t('form.nth', { n: at + 1, text: say(it.text) })}
      onFocus={choose}
      onClick={choose}
      onKeyDown={(event) => may && byArrows(event, at, questions.length, move)}
    >
      <header>
        <span className="quiet question-kind">
          {may && (
            // biome-ignore lint/a11y/noStaticElementInteractions: hands hold it; the buttons beside it and the arrows are the other ways
            <span
              className="grip"
              draggable
              aria-hidden
              title={t('form.drag')}
              {...props.handle}
              onDragStart={(event) => {
                // A long press of a finger moves it already.
                if (props.isFinger()) {
                  event.preventDefault();
                  return;
                }
                event.dataTransfer.setData(DRAGGED_QUESTION, it.key);
                event.dataTransfer.effectAllowed = 'move';
                if (card.current) event.dataTransfer.setDragImage(card.current, 12, 12);
              }}
            >
              <HolderOutlined aria-hidden />
            </span>
          )}
          {at + 1} · {t(`type.${it.type}`)}
          {it.required && ` · ${t('form.required')}`}
        </span>
        {may && (
          <span className="question-tools">
            {step(-1, t('form.up'), <ArrowUpOutlined aria-hidden />, at === 0)}
            {step(1, t('form.down'), <ArrowDownOutlined aria-hidden />, last)}
            <button type="button" className="icon-button" onClick={drop} aria-label={t('form.drop')}>
              <DeleteOutlined aria-hidden />
            </button>
          </span>
        )}
      </header>
      {it.show_if && <p className="question-when">{t('cond.shown_if', { condition: words(it.show_if) })}</p>}
      <Texts
        label={t('form.question')}
        languages={languages}
        value={it.text}
        may={may}
        set={(text) => change({ ...it, text })}
        long={it.type === 'consent'}
      />
      <Lines it={it} languages={languages} may={may} change={change} tell={tell} />
      <Findings of={it.key} at={at} check={check} />
      {chosen && inside}
    </section>
  );
}

type Line = { key: string; text: Text };
type LinesProps = {
  it: Question;
  languages: string[];
  may: boolean;
  change: (to: Question) => void;
  tell: (what: string) => void;
};

/** The options of a choice, or the lines of a matrix. */
function Lines({ it, languages, may, change, tell }: LinesProps) {
  const { t } = useTranslation('collect');
  const isMatrix = it.type === 'matrix';
  if (!isMatrix && it.type !== 'single' && it.type !== 'multiple') return null;
  const lines: Line[] = isMatrix ? it.rows : it.options;
  const word = isMatrix ? 'row' : 'option';
  const set = (to: Line[]) => change((isMatrix ? { ...it, rows: to } : { ...it, options: to }) as Question);
  const move = (at: number, by: -1 | 1) => {
    set(moved(lines, at, by < 0 ? at - 1 : at + 2));
    tell(t('form.moved', { n: at + by + 1, count: lines.length }));
  };
  return (
    <>
      <ol>
        {lines.map((one, at) => (
          <li
            key={one.key}
            className="option"
            onKeyDown={(event) => may && byArrows(event, at, lines.length, (by) => move(at, by))}
          >
            <Texts
              label={t(`form.${word}`, { n: at + 1 })}
              languages={languages}
              value={one.text}
              may={may}
              set={(text) => set(lines.map((other) => (other === one ? { ...one, text } : other)))}
            />
            {may && (
              <button
                type="button"
                className="icon-button"
                aria-label={t(`form.drop_${word}`, { n: at + 1 })}
                onClick={() => set(lines.filter((other) => other !== one))}
              >
                <DeleteOutlined aria-hidden />
              </button>
            )}
          </li>
        ))}
      </ol>
      {may && (
        <button
          type="button"
          className="text-button"
          onClick={() => set([...lines, { key: freeKey(word, lines), text: {} }])}
        >
          {t(`form.add_${word}`)}
        </button>
      )}
    </>
  );
}
