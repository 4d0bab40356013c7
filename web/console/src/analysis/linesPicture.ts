// Many lines on a plain canvas, a few at a time: a library that makes an object of every point holds up who types.

import type { Schemas } from '../house/api.ts';

type Line = Schemas['LineBody'];
type Trend = Pick<Schemas['TrendBody'], 'dates' | 'lines' | 'unit'>;

const EDGE = { left: 56, right: 12, top: 12, bottom: 28 };
/** Between two lines of the scale, at least so many of them. */
const STEPS = 5;
/** Room for a date, in pixels. */
const DATE_WIDTH = 64;
/** Lines drawn in one go; the browser has its turn before the next. */
const AT_ONCE = 10;
/** Beside the colour, so that nobody has to tell lines by it alone. */
const DASHES = [[], [7, 4], [2, 3]];
const DOT = 1.75;

/** Even steps that hold every value. */
export function scale(lines: Line[], unit: Trend['unit']): number[] {
  const values = lines.flatMap((it) => it.values).filter((it) => typeof it === 'number');
  const most = values.reduce((all, it) => Math.max(all, it), values[0] ?? 1);
  const least = values.reduce((all, it) => Math.min(all, it), most);
  const spread = most - least || Math.abs(most) / 10 || 1;
  const low = most === least ? most - spread : least;
  const size = 10 ** Math.floor(Math.log10(spread / STEPS));
  const step = ([1, 2, 2.5, 5].find((it) => it * size >= (spread / STEPS) * 0.999) ?? 10) * size;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(most / step - 1e-9);
  const round = (it: number) => Number((it * step).toPrecision(12));
  const all = Array.from({ length: last - first + 1 }, (_, nth) => round(first + nth));
  return unit === 'share' ? all.filter((it) => it <= 1) : all;
}

export type Plan = {
  width: number;
  height: number;
  ticks: number[];
  x: (at: number) => number;
  y: (value: number) => number;
  /** The date nearest to a place from the left. */
  at: (x: number) => number;
};

/** Where what is drawn on so many pixels. */
export function planOf({ dates, lines, unit }: Trend, width: number, height: number): Plan {
  const ticks = scale(lines, unit);
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const last = dates.length - 1;
  const [wide, tall] = [width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom];
  return {
    width,
    height,
    ticks,
    x: (at) => EDGE.left + (last > 0 ? (at / last) * wide : wide / 2),
    y: (value) => EDGE.top + tall - ((value - low) / (high - low || 1)) * tall,
    at: (x) => Math.min(last, Math.max(0, Math.round(((x - EDGE.left) / wide) * last))),
  };
}

/** A colour of the page, which changes with the light. */
const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** An empty canvas of this size, as fine as the screen is. */
function emptied(canvas: HTMLCanvasElement, { width, height }: Plan): CanvasRenderingContext2D | null {
  const fine = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * fine);
  canvas.height = Math.round(height * fine);
  const pen = canvas.getContext('2d');
  pen?.scale(fine, fine);
  return pen;
}

/** Days without anything are passed over; a lone point is a dot. */
function trace(pen: CanvasRenderingContext2D, { x, y }: Plan, line: Line) {
  pen.beginPath();
  let begun = false;
  line.values.forEach((it, at) => {
    if (typeof it !== 'number') return;
    if (!begun) pen.moveTo(x(at), y(it));
    pen.lineTo(x(at), y(it));
    begun = true;
  });
  pen.stroke();
}

/** The scale, the dates, and behind everything all lines in grey; what is returned stops it. */
export function drawBehind(canvas: HTMLCanvasElement, plan: Plan, trend: Trend, shown: (value: number) => string) {
  const pen = emptied(canvas, plan);
  if (!pen) return () => undefined;
  const { width, height, ticks, x, y } = plan;
  pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  pen.fillStyle = colour('--ink-3');
  pen.strokeStyle = colour('--line');
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  for (const it of ticks) {
    pen.fillText(shown(it), EDGE.left - 8, y(it));
    pen.beginPath();
    pen.moveTo(EDGE.left, y(it));
    pen.lineTo(width - EDGE.right, y(it));
    pen.stroke();
  }
  pen.textAlign = 'center';
  const every = Math.ceil(trend.dates.length / Math.max(1, Math.floor((width - EDGE.left) / DATE_WIDTH)));
  trend.dates.forEach((it, at) => {
    if (at % every === 0) pen.fillText(it.slice(5) || it, x(at), height - EDGE.bottom / 2);
  });
  pen.strokeStyle = colour('--line-2');
  pen.globalAlpha = 0.6;
  pen.lineJoin = 'round';
  pen.lineCap = 'round';
  let next = 0;
  let turn = 0;
  const go = () => {
    for (const it of trend.lines.slice(next, next + AT_ONCE)) trace(pen, plan, it);
    next += AT_ONCE;
    if (next < trend.lines.length) turn = requestAnimationFrame(go);
    else canvas.dataset.drawn = 'all';
  };
  delete canvas.dataset.drawn;
  turn = requestAnimationFrame(go);
  return () => cancelAnimationFrame(turn);
}

/** The lines in front, each in the colour and the dashes of its place. */
export function drawFront(canvas: HTMLCanvasElement, plan: Plan, front: { line: Line; place: number }[]) {
  const pen = emptied(canvas, plan);
  if (!pen) return;
  pen.lineWidth = 2;
  pen.lineJoin = 'round';
  for (const { line, place } of front) {
    pen.strokeStyle = colour(`--line-of-${place + 1}`);
    pen.fillStyle = pen.strokeStyle;
    pen.setLineDash(DASHES[place % DASHES.length] ?? []);
    trace(pen, plan, line);
    line.values.forEach((it, at) => {
      if (typeof it !== 'number') return;
      pen.beginPath();
      pen.arc(plan.x(at), plan.y(it), DOT, 0, 2 * Math.PI);
      pen.fill();
    });
  }
}
