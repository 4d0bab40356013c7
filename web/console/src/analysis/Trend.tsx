// The trend with its noise: the band is where the truth may lie, so that a wiggle is not taken for a turn.

import { useQuery } from '@tanstack/react-query';
import { LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../house/api.ts';
import { language } from '../house/i18n.ts';
import { Loading } from '../house/states.tsx';
import { useLight } from '../house/theme.ts';
import { type FigureBody, useValue } from './figure.tsx';
import { pointOf } from './lines.ts';
import type { Period } from './Overview.tsx';

use([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

type Point = { word: string; value: number | null; low: number | null; high: number | null; n: number };

export function Trend({ metric, period, days }: { metric: string; period: Period; days: number }) {
  const { t } = useTranslation('analysis');
  const split = pointOf(days);
  const { data } = useQuery({
    queryKey: ['figure', metric, period, split, language()],
    queryFn: () =>
      ask(api.GET('/api/v1/figures/{metric}', { params: { path: { metric }, query: { ...period, split } } })),
    placeholderData: (before) => before,
  });
  // The same answer is the same picture: it is drawn once.
  const points = useMemo(() => (data ? pointsOf(data) : []), [data]);
  if (!data) return <Loading rows={6} />;
  if (points.length === 0) return <p className="quiet trend-none">{t('none')}</p>;
  return (
    <>
      <Chart points={points} figure={data} />
      <AsTable points={points} figure={data} />
    </>
  );
}

function pointsOf(data: FigureBody): Point[] {
  return data.parts
    .filter((it) => it.word)
    .map((it) => ({
      word: it.word ?? '',
      value: it.figure.value ?? null,
      low: it.figure.low ?? null,
      high: it.figure.high ?? null,
      n: it.figure.denominator,
    }))
    .sort((a, b) => a.word.localeCompare(b.word));
}

function Chart({ points, figure }: { points: Point[]; figure: FigureBody }) {
  const { t } = useTranslation('analysis');
  const box = useRef<HTMLDivElement>(null);
  const value = useValue();
  const light = useLight();
  const say = useRef(value);
  say.current = value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page, which changes with the light
  useEffect(() => {
    if (!box.current) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const chart = init(box.current);
    const shown = (it: number) => say.current(it, figure.unit, 0);
    chart.setOption({
      animation: false,
      grid: { left: 56, right: 12, top: 12, bottom: 28 },
      // Drawn, not made of elements: the page lets in no inline style.
      tooltip: {
        trigger: 'axis',
        renderMode: 'richText',
        backgroundColor: colour('--paper'),
        borderColor: colour('--line-2'),
        textStyle: { color: colour('--ink') },
        formatter: (params: { dataIndex: number }[]) => {
          const point = points[params[0]?.dataIndex ?? 0];
          return point ? `${point.word}  ${say.current(point.value, figure.unit)}  (n = ${point.n})` : '';
        },
      },
      xAxis: {
        type: 'category',
        data: points.map((it) => it.word),
        axisLine: { lineStyle: { color: colour('--line-2') } },
        axisLabel: { color: colour('--ink-3'), formatter: (it: string) => it.slice(5) || it },
        axisTick: { show: false },
      },
      yAxis: {
        type: 'value',
        scale: true,
        ...(figure.unit === 'share' ? { max: 1 } : {}),
        axisLabel: { color: colour('--ink-3'), formatter: shown },
        splitLine: { lineStyle: { color: colour('--line') } },
      },
      series: [
        {
          type: 'line',
          data: points.map((it) => it.low),
          stack: 'band',
          symbol: 'none',
          lineStyle: { opacity: 0 },
          silent: true,
        },
        {
          type: 'line',
          data: points.map((it) => (it.low === null || it.high === null ? null : it.high - it.low)),
          stack: 'band',
          stackStrategy: 'all',
          symbol: 'none',
          lineStyle: { opacity: 0 },
          areaStyle: { color: colour('--teal'), opacity: 0.13 },
          silent: true,
        },
        {
          type: 'line',
          data: points.map((it) => it.value),
          symbol: 'circle',
          symbolSize: 5,
          lineStyle: { color: colour('--teal'), width: 2 },
          itemStyle: { color: colour('--teal') },
        },
      ],
    });
    const resize = new ResizeObserver(() => chart.resize());
    resize.observe(box.current);
    return () => {
      resize.disconnect();
      chart.dispose();
    };
  }, [points, figure, light]);
  return (
    <div
      ref={box}
      className="trend-chart"
      role="img"
      aria-label={t('trend.label', { name: figure.name, n: points.length })}
    />
  );
}

/** The same for whoever does not see the picture. */
function AsTable({ points, figure }: { points: Point[]; figure: FigureBody }) {
  const { t } = useTranslation('analysis');
  const value = useValue();
  return (
    <details className="because">
      <summary>{t('trend.table')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="trend-table" tabIndex={0} aria-label={t('trend.table')}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('trend.when')}</th>
              <th scope="col" className="right">
                {figure.name}
              </th>
              <th scope="col" className="right">
                n
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map((it) => (
              <tr key={it.word}>
                <td>{it.word}</td>
                <td className="right">{value(it.value, figure.unit)}</td>
                <td className="right">{it.n}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
