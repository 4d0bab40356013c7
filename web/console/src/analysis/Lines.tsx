// The trend of each team, person, channel or kind: a few in front, in colour, the others grey behind them.

import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask, type Schemas } from '../house/api.ts';
import { count } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { Failed, Loading } from '../house/states.tsx';
import { useLight } from '../house/theme.ts';
import { useValue } from './figure.tsx';
import { type By, keyOf, nearest, PLACES, partOf, placed, pointOf, SEARCH_FROM, toggled } from './lines.ts';
import { drawBehind, drawFront, planOf } from './linesPicture.ts';
import type { Period } from './Overview.tsx';
import { usePartName } from './Parts.tsx';

type TrendBody = Schemas['TrendBody'];
type Line = Schemas['LineBody'];
type Front = { line: Line; place: number }[];

/** A press this near to a line means it, in pixels. */
const REACH = 14;

/** What is said of a date takes at most this share of the picture's width; `.lines-tip` knows it too. */
const TIP = 0.62;

type Props = {
  metric: string;
  period: Period;
  days: number;
  by: By;
  /** The lines in front, as the address has them. */
  chosen: string;
  choose: (chosen: string) => void;
};

export function Lines({ metric, period, days, by, chosen, choose }: Props) {
  const { t } = useTranslation('analysis');
  const split = pointOf(days);
  const answer = useQuery({
    queryKey: ['figure', 'trend', metric, period, split, by, language()],
    queryFn: () =>
      ask(api.GET('/api/v1/figures/{metric}/trend', { params: { path: { metric }, query: { ...period, split, by } } })),
    placeholderData: (before) => before,
  });
  // Whoever types meanwhile comes first.
  const trend = useDeferredValue(answer.data);
  // The address follows when it can; who presses twice quickly means both.
  const [asked, setAsked] = useState(chosen);
  const places = useMemo(() => placed(asked, trend?.lines ?? []), [asked, trend]);
  const front = useMemo(() => inFront(trend?.lines ?? [], places), [trend, places]);
  const partName = usePartName(by);
  const name = (it: Line) => partName(partOf(keyOf(it)));
  const [isFull, setFull] = useState(false);
  const now = useRef({ places, choose });
  now.current = { places, choose };
  const pick = useCallback((key: string) => {
    const next = toggled(now.current.places, key);
    setFull(next === undefined);
    if (next === undefined) return;
    setAsked(next);
    now.current.choose(next);
  }, []);
  if (!trend)
    return answer.error ? <Failed error={answer.error} again={() => answer.refetch()} /> : <Loading rows={10} />;
  if (trend.lines.length === 0) return <p className="quiet trend-none">{t('none')}</p>;
  const given = { trend, front, name, pick };
  return (
    <>
      <Chart {...given} />
      <p className="quiet lines-how">
        {t('lines.how', { max: PLACES })} {trend.more > 0 && t('lines.more', { n: count(trend.more) })}
      </p>
      <List {...given} places={places} />
      <p role="status">{isFull && t('lines.full', { max: PLACES })}</p>
      <AsTable {...given} />
    </>
  );
}

type Given = { trend: TrendBody; front: Front; name: (it: Line) => string; pick: (key: string) => void };

/** The lines in front with their places. */
function inFront(lines: Line[], places: string[]): Front {
  return places.flatMap((key, place) => {
    const line = lines.find((it) => keyOf(it) === key);
    return line ? [{ line, place }] : [];
  });
}

function Chart({ trend, front, name, pick }: Given) {
  const { t } = useTranslation('analysis');
  const box = useRef<HTMLDivElement>(null);
  const behind = useRef<HTMLCanvasElement>(null);
  const before = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<{ width: number; height: number }>();
  const [at, setAt] = useState<number>();
  const light = useLight();
  const value = useValue();
  const shown = useRef(value);
  shown.current = value;
  useEffect(() => {
    if (!box.current) return undefined;
    const resize = new ResizeObserver(
      ([it]) => it && setSize({ width: it.contentRect.width, height: it.contentRect.height }),
    );
    resize.observe(box.current);
    return () => resize.disconnect();
  }, []);
  const plan = useMemo(() => (size ? planOf(trend, size.width, size.height) : undefined), [trend, size]);
  // What is behind is drawn once for an answer, whoever comes to the front.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page, which changes with the light
  useEffect(
    () =>
      plan && behind.current
        ? drawBehind(behind.current, plan, trend, (it) => shown.current(it, trend.unit, 0))
        : undefined,
    [plan, trend, light],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => {
    if (plan && before.current) drawFront(before.current, plan, front);
  }, [plan, front, light]);
  const point = ({ nativeEvent }: PointerEvent) => plan && setAt(plan.at(nativeEvent.offsetX));
  // A finger that is lifted has not left: what it asked for stays.
  const leave = ({ pointerType }: PointerEvent) => pointerType === 'mouse' && setAt(undefined);
  const press = ({ nativeEvent: { offsetX, offsetY } }: React.MouseEvent) => {
    if (!plan) return;
    const found = nearest(trend.lines, plan.at(offsetX), (it) => Math.abs(plan.y(it) - offsetY), REACH);
    if (found) pick(keyOf(found));
  };
  const label = { name: trend.name, n: trend.lines.length, front: front.length };
  const x = plan && at !== undefined && at < trend.dates.length ? plan.x(at) : undefined;
  return (
    <div ref={box} className="trend-chart lines-chart">
      <canvas ref={behind} aria-hidden />
      {/* A press does what the names below do by key. */}
      <canvas
        ref={before}
        role="img"
        aria-label={t('lines.label', label)}
        onPointerMove={point}
        onPointerLeave={leave}
        onClick={press}
      />
      {plan && at !== undefined && x !== undefined && (
        <>
          <div className="lines-at" style={{ left: x }} aria-hidden />
          <div className="lines-tip" style={beside(x, plan.width)} aria-hidden>
            {trend.dates[at]}
            {front.map(({ line, place }) => (
              <span key={place}>
                <Mark place={place} />
                <span className="trend-line-name">{name(line)}</span>
                <b>{value(line.values[at], trend.unit)}</b>
                {t('of', { n: count(line.counts[at] ?? 0) })}
              </span>
            ))}
          </div>
        </>
      )}
    </div>
  );
}

/** On the side where there is more room, and within the picture. */
function beside(x: number, width: number) {
  const most = width * (1 - TIP);
  return x < width / 2 ? { left: Math.min(x + 8, most) } : { right: Math.min(width - x + 8, most) };
}

/** A piece of the line as it is drawn; behind, it is grey. */
function Mark({ place }: { place: number }) {
  return (
    <svg className={`line-mark line-mark-${place + 1}`} viewBox="0 0 22 8" aria-hidden="true">
      <line x1="1" x2="21" y1="4" y2="4" />
    </svg>
  );
}

/** All lines by name, the largest first; one stop of the Tab key, arrows from there. */
function List({ trend, places, name, pick }: Given & { places: string[] }) {
  const { t } = useTranslation('analysis');
  const [wanted, setWanted] = useState('');
  const searched = useDeferredValue(wanted.trim().toLowerCase());
  const [stop, setStop] = useState('');
  const found = trend.lines.filter((it) => name(it).toLowerCase().includes(searched));
  const keys = found.map(keyOf);
  const stops = keys.includes(stop) ? stop : keys[0];
  const move = (event: KeyboardEvent<HTMLUListElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...event.currentTarget.querySelectorAll('button')];
    all[all.indexOf(event.target as HTMLButtonElement) + step]?.focus();
  };
  return (
    <div className="lines">
      {trend.lines.length > SEARCH_FROM && (
        <Input
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          placeholder={t('lines.search')}
          aria-label={t('lines.search')}
          allowClear
          className="lines-search"
        />
      )}
      <ul aria-label={t('lines.list')} onKeyDown={move}>
        {found.map((it) => {
          const key = keyOf(it);
          return (
            <Row
              key={key}
              line={it}
              unit={trend.unit}
              name={name(it)}
              place={places.indexOf(key)}
              isStop={key === stops}
              pick={pick}
              stop={setStop}
            />
          );
        })}
      </ul>
      {found.length === 0 && <p className="quiet">{t('lines.nobody')}</p>}
    </div>
  );
}

type RowProps = {
  line: Line;
  unit: TrendBody['unit'];
  name: string;
  place: number;
  isStop: boolean;
  pick: (key: string) => void;
  stop: (key: string) => void;
};

/** Drawn again only when it is another: there are a hundred of them. */
const Row = memo(function Row({ line, unit, name, place, isStop, pick, stop }: RowProps) {
  const { t } = useTranslation('analysis');
  const value = useValue();
  const key = keyOf(line);
  return (
    <li>
      <button
        type="button"
        className="trend-line"
        aria-pressed={place >= 0}
        tabIndex={isStop ? 0 : -1}
        onFocus={() => stop(key)}
        onClick={() => pick(key)}
      >
        <Mark place={place} />
        <span className="trend-line-name">{name}</span>
        <b>{value(line.total.value, unit)}</b>
        <span className="quiet">{t('of', { n: count(line.total.denominator) })}</span>
      </button>
    </li>
  );
});

/** The lines in front for whoever does not see the picture: never more than there are places, and only when asked for. */
function AsTable({ trend, front, name }: Given) {
  const { t } = useTranslation('analysis');
  const value = useValue();
  const [isOpen, setOpen] = useState(false);
  if (front.length === 0) return null;
  return (
    <details className="because" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('lines.table')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="trend-table" tabIndex={0} aria-label={t('lines.table')}>
        {isOpen && (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('trend.when')}</th>
                {front.map(({ line, place }) => (
                  <th key={place} scope="col" className="right">
                    {name(line)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {trend.dates.map((date, at) => (
                <tr key={date}>
                  <td>{date}</td>
                  {front.map(({ line, place }) => (
                    <td key={place} className="right">
                      {value(line.values[at], trend.unit)}{' '}
                      <span className="quiet">{t('of', { n: count(line.counts[at] ?? 0) })}</span>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </details>
  );
}
