// 总览: one sentence first, then figures with what they are made of, then the trend, then where to look.

import { FullscreenExitOutlined, FullscreenOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ask, queries } from '../house/api.ts';
import { now } from '../house/clock.ts';
import { addDays, clockTime, count, dayOf, percent } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useLook } from '../house/live.ts';
import { useMay, useTeams } from '../house/me.tsx';
import { Page } from '../house/Page.tsx';
import { Part } from '../house/Part.tsx';
import { Select } from '../house/Select.tsx';
import { Failed, Loading } from '../house/states.tsx';
import { useAddress } from '../house/useAddress.ts';
import { FigureRows } from './FigureRows.tsx';
import { Definition, type FigureBody, useChange, useValue, Value } from './figure.tsx';
import { Look } from './Look.tsx';
import { BYS } from './lines.ts';
import { Parts } from './Parts.tsx';
import './overview.css';

const loadTrend = async () => (await import('./Trend.tsx')).Trend;
const loadLines = async () => (await import('./Lines.tsx')).Lines;

const NAMES = ['days', 'team', 'split', 'metric', 'rows', 'wall', 'by', 'lines'] as const;
const DAYS = ['7', '30', '90', '365'] as const;
const DAYS_USUAL = '30';
const LOOK_MS = 30_000;
/** The figures at the top, in this order; all others stand below them. */
const FIRST = ['csat', 'nps', 'ces', 'response_rate', 'sla_attainment'];

/**
 * The page on a wall: nothing around it, everything larger, over the whole screen where the browser lets
 * it. Escape ends it, as it ends the full screen.
 */
function useWall(isOn: boolean, leave: () => void) {
  useEffect(() => {
    if (!isOn) return undefined;
    const root = document.documentElement;
    root.dataset.wall = 'yes';
    const key = (event: KeyboardEvent) => event.key === 'Escape' && leave();
    const ended = () => !document.fullscreenElement && leave();
    document.addEventListener('keydown', key);
    document.addEventListener('fullscreenchange', ended);
    return () => {
      delete root.dataset.wall;
      document.removeEventListener('keydown', key);
      document.removeEventListener('fullscreenchange', ended);
      if (document.fullscreenElement) document.exitFullscreen();
    };
  }, [isOn, leave]);
}

export type Period = { from: string; to: string; team?: string };

/** So many days up to today. */
function periodOf(days: number, team = ''): Period {
  const to = dayOf(now());
  return { from: addDays(to, 1 - days), to, ...(team ? { team } : {}) };
}

const figuresOf = (period: Period) => ({
  queryKey: ['figures', period, language()],
  queryFn: () => ask(api.GET('/api/v1/figures', { params: { query: period } })),
});

export function ahead() {
  queries.prefetchQuery(figuresOf(periodOf(Number(DAYS_USUAL))));
  loadTrend().catch(() => undefined);
}

export function Overview() {
  const { t } = useTranslation('analysis');
  const { values, set } = useAddress(NAMES);
  const teams = useTeams();
  const days = Number(DAYS.find((it) => it === values.days) ?? DAYS_USUAL);
  const period = periodOf(days, values.team);
  const figures = useQuery({
    ...figuresOf(period),
    refetchInterval: useLook(LOOK_MS),
    placeholderData: (before) => before,
  });
  const isWall = values.wall !== '';
  const leaveWall = useCallback(() => set({ wall: '' }), [set]);
  useWall(isWall, leaveWall);
  const enterWall = () => {
    // A screen that refuses is still a larger page.
    document.documentElement.requestFullscreen?.().catch(() => undefined);
    set({ wall: 'yes' });
  };
  const of = (metric: string) => figures.data?.find((it) => it.metric === metric);
  const metric = values.metric || 'csat';
  const by = BYS.find((it) => it === values.by);
  const chooseLines = useCallback((lines: string) => set({ lines }), [set]);
  const rest = figures.data?.filter((it) => !FIRST.includes(it.metric)) ?? [];
  return (
    <Page
      title={t('overview.title')}
      actions={
        <>
          <Select
            aria-label={t('overview.period')}
            value={String(days)}
            onChange={(it: string) => set({ days: it })}
            options={DAYS.map((it) => ({ value: it, label: t(`overview.days_${it}`) }))}
          />
          {teams.length > 1 && (
            <Select
              aria-label={t('overview.team')}
              placeholder={t('overview.team')}
              value={values.team || null}
              onChange={(it: string | undefined) => set({ team: it ?? '' })}
              options={teams.map((it) => ({ value: it.id, label: it.name }))}
              allowClear
              className="filter"
            />
          )}
          <Button
            onClick={isWall ? leaveWall : enterWall}
            icon={isWall ? <FullscreenExitOutlined aria-hidden /> : <FullscreenOutlined aria-hidden />}
          >
            {t(isWall ? 'overview.wall_off' : 'overview.wall')}
          </Button>
        </>
      }
    >
      {figures.isPending && <Loading rows={12} />}
      {figures.error && !figures.data && <Failed error={figures.error} again={() => figures.refetch()} />}
      {figures.data && (
        <div className="overview">
          <Sentence figures={figures.data} />
          {isWall && (
            <p className="quiet wall-read">
              {t('overview.read_at', { time: clockTime(figures.dataUpdatedAt), period: t(`overview.days_${days}`) })}
            </p>
          )}
          <div className="tiles">
            {FIRST.map((it) => (
              <Tile
                key={it}
                figure={of(it)}
                open={() => set({ rows: it }, { replace: false })}
                chosen={metric === it}
                choose={() => set({ metric: it })}
              />
            ))}
          </div>
          {values.rows && <FigureRows metric={values.rows} period={period} close={() => set({ rows: '' })} />}
          <div className="overview-middle">
            <section className="card trend">
              <h2>
                {t('overview.trend', { name: t(`word:metric.${metric}`) })}
                <Select
                  aria-label={t('lines.by')}
                  size="small"
                  value={by ?? ''}
                  onChange={(it: string) => set({ by: it, lines: '' })}
                  options={['', ...BYS].map((it) => ({ value: it, label: t(it ? `parts.by_${it}` : 'lines.whole') }))}
                  className="trend-by"
                />
              </h2>
              {by ? (
                <Part
                  key={by}
                  load={loadLines}
                  given={{ metric, period, days, by, chosen: values.lines, choose: chooseLines }}
                  instead={<div className="trend-chart" />}
                />
              ) : (
                <Part load={loadTrend} given={{ metric, period, days }} instead={<div className="trend-chart" />} />
              )}
            </section>
            <section className="card others">
              <h2>{t('overview.others')}</h2>
              {rest.map((it) => (
                <Other key={it.metric} figure={it} open={() => set({ rows: it.metric }, { replace: false })} />
              ))}
              <Load {...(values.team ? { team: values.team } : {})} />
            </section>
          </div>
          <Look period={period} />
          <Parts period={period} split={values.split} choose={(split) => set({ split })} />
        </div>
      )}
    </Page>
  );
}

/** Satisfaction first, then what changed more than by chance. */
function Sentence({ figures }: { figures: FigureBody[] }) {
  const { t } = useTranslation('analysis');
  const csat = figures.find((it) => it.metric === 'csat');
  const moved = figures.filter(
    (it) => it.metric !== 'csat' && (it.change.verdict === 'higher' || it.change.verdict === 'lower'),
  );
  return (
    <div className="sentence">
      <p>{csat?.total.denominator ? csat.sentence : t('overview.nothing')}</p>
      {moved.slice(0, 3).map((it) => (
        <p key={it.metric}>{it.sentence}</p>
      ))}
      {moved.length === 0 && figures.some((it) => it.change.verdict === 'no_real_difference') && (
        <p className="quiet">{t('overview.calm')}</p>
      )}
    </div>
  );
}

type TileProps = { figure: FigureBody | undefined; open: () => void; chosen: boolean; choose: () => void };

function Tile({ figure, open, chosen, choose }: TileProps) {
  const { t } = useTranslation('analysis');
  const value = useValue();
  const change = useChange();
  if (!figure) return null;
  const { metric, name, unit, total } = figure;
  const { said, mark, tone } = change(figure);
  const known = total.value !== null && total.value !== undefined;
  return (
    <section className={chosen ? 'card tile tile-chosen' : 'card tile'} aria-label={name}>
      <h2>
        <button type="button" className="tile-name" aria-pressed={chosen} onClick={choose}>
          {name}
        </button>
        <Definition metric={metric} />
      </h2>
      {!known && <p className="tile-none">{value(null, unit)}</p>}
      {known && (
        <div>
          <p className="tile-value">{value(total.value, unit)}</p>
          <p className="quiet">
            <button type="button" className="text-button" onClick={open}>
              {unit === 'share'
                ? `${count(total.numerator)} / ${count(total.denominator)}`
                : t('of', { n: count(total.denominator) })}
            </button>
            {typeof total.low === 'number' && typeof total.high === 'number' && (
              <span> {t('range', { low: value(total.low, unit), high: value(total.high, unit) })}</span>
            )}
          </p>
          <Response of={figure.response} />
          <Distribution figure={figure} />
          <p className={`change change-${tone}`}>
            <span aria-hidden>{mark}</span> {said}
          </p>
        </div>
      )}
    </section>
  );
}

/** How many of those asked answered: what customers said is only of those who said it. */
function Response({ of }: { of: FigureBody['response'] }) {
  const { t } = useTranslation('analysis');
  if (!of || typeof of.value !== 'number') return null;
  const { value, numerator, denominator } = of;
  return (
    <p className="quiet">{t('response', { rate: percent(value, 0), n: count(numerator), all: count(denominator) })}</p>
  );
}

/** How the scores lie: a mean without it may be anything. */
export function Distribution({ figure }: { figure: FigureBody }) {
  const { t } = useTranslation('analysis');
  const bars = figure.total.distribution;
  const all = bars.reduce((sum, it) => sum + it.count, 0);
  if (all === 0) return null;
  const tone = (score: number) => {
    if (figure.metric === 'nps') return score <= 6 ? 1 : score <= 8 ? 3 : 5;
    if (figure.metric === 'ces') return Math.min(5, Math.max(1, Math.round(((score - 1) / 6) * 4 + 1)));
    return score;
  };
  const said = bars.map((it) => t('bar', { score: it.score, n: it.count })).join(t('comma'));
  return (
    <div className="distribution" role="img" aria-label={said} title={said}>
      {bars.map((it) => (
        <span key={it.score} className={`bar-${tone(it.score)}`} style={{ flexGrow: it.count }} />
      ))}
    </div>
  );
}

function Other({ figure, open }: { figure: FigureBody; open: () => void }) {
  const { t } = useTranslation('analysis');
  const change = useChange();
  const { total, unit, name, metric } = figure;
  const { said, mark, tone } = change(figure);
  return (
    <div className="other">
      <span>
        {name}
        <Definition metric={metric} />
      </span>
      <Value of={total.value} unit={unit} />
      <span className="other-of">
        {total.denominator > 0 && (
          <button type="button" className="text-button" onClick={open}>
            <span className="sr">{t('open_rows', { name })}</span>
            {unit === 'share'
              ? `${count(total.numerator)}/${count(total.denominator)}`
              : t('of', { n: count(total.denominator) })}
          </button>
        )}
      </span>
      <span className={`change change-${tone}`} title={said}>
        <span aria-hidden>{mark}</span>
        <span className="sr">{said}</span>
      </span>
    </div>
  );
}

const OPEN = 'new,accepted,in_progress,waiting_for_customer,reopened';

/** What is on the desk now. */
function Load({ team }: { team?: string }) {
  const { t } = useTranslation('analysis');
  const may = useMay()('cases:read');
  const { data } = useQuery({
    queryKey: ['cases', 'totals', 'load', team],
    queryFn: () =>
      ask(api.GET('/api/v1/cases/totals', { params: { query: { state: OPEN, ...(team ? { team } : {}) } } })),
    refetchInterval: useLook(LOOK_MS),
    enabled: may,
  });
  if (!data) return null;
  const all = data.reduce((sum, it) => sum + it.count, 0);
  const late = data.reduce((sum, it) => sum + it.overdue, 0);
  const of = team ? `&team=${team}` : '';
  return (
    <p className="load">
      <Link to={`/cases?view=open${of}`}>{t('overview.open', { n: count(all) })}</Link>
      {late > 0 && (
        <Link to={`/cases?view=late${of}`} className="promise-broken">
          {t('overview.late', { n: count(late) })}
        </Link>
      )}
    </p>
  );
}
