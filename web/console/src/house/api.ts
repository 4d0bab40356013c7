// The only way to the server: typed by its contract, in the reader's language, keeping its time.

import { QueryClient } from '@tanstack/react-query';
import { type components, huisheng, type Problem } from '../../../api/src/index.ts';
import { hear } from './clock.ts';

declare global {
  interface Window {
    huishengEarly?: Map<string, { sent: number; answer: Promise<Response> }>;
  }
}

export type Schemas = components['schemas'];
/** The rows of a page. */
export type Row<P extends { items: unknown[] }> = P['items'][number];

/** A refusal, or no answer at all (`status` 0). */
export class Trouble extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | undefined,
    /** How long the server asks to be left alone, where it says so. */
    readonly after_ms: number | undefined = undefined,
  ) {
    super(problem?.title ?? '');
  }

  get code(): string {
    return this.problem?.code ?? (this.status === 0 ? 'offline' : 'unknown');
  }

  /** Whether the same may go well in a while, with nobody doing anything else. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }

  /** What is wrong with this field, if that is what it is about. */
  at(field: string): string | undefined {
    return this.problem?.errors.find((it) => it.field === field)?.message;
  }
}

let onSignedOut = () => {};
/** Called when the server no longer knows us. */
export function whenSignedOut(then: () => void) {
  onSignedOut = then;
}

/** What `first.js` has asked for already, by its address. Each answer is for one who asks. */
function early({ method, url }: Request): { sent: number; answer: Promise<Response> } | undefined {
  const { pathname, searchParams } = new URL(url);
  const key = `${pathname}?${searchParams}`;
  const found = method === 'GET' ? window.huishengEarly?.get(key) : undefined;
  window.huishengEarly?.delete(key);
  return found;
}

async function timed(request: Request): Promise<Response> {
  const { sent, answer } = early(request) ?? { sent: Date.now(), answer: fetch(request) };
  const response = await answer;
  hear(response, sent, Date.now());
  return response;
}

export const api = huisheng({ fetch: timed });
api.use({
  onRequest: ({ request }) => {
    request.headers.set('accept-language', document.documentElement.lang);
    return request;
  },
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The body of an answer; everything else is a [`Trouble`]. */
export async function ask<T>(asked: Promise<Answer<T>>): Promise<T> {
  return (await answerOf(asked)).data as T;
}

/** What the server keeps, with the mark of the state it is in. */
export type Marked<T> = { value: T; etag: string };

/** The same for what carries its mark in the header of the answer. */
export async function askMarked<T>(asked: Promise<Answer<unknown>>): Promise<Marked<T>> {
  const { data, response } = await answerOf(asked);
  return { value: data as T, etag: response.headers.get('etag') ?? '' };
}

/** Refuses the change when somebody else was faster; what is new has no mark, and nobody before it. */
export const since = (etag: string | undefined): { 'If-Match'?: string } => (etag ? { 'If-Match': etag } : {});

async function answerOf<T>(asked: Promise<Answer<T>>): Promise<Answer<T>> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch (error) {
    // An aborted question is nobody's trouble.
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Trouble(0, undefined);
  }
  const { error, response } = answer;
  if (response.ok) return answer;
  if (response.status === 401) onSignedOut();
  throw new Trouble(response.status, isProblem(error) ? error : undefined, afterOf(response));
}

/** What `Retry-After` says, where it says seconds. */
function afterOf({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.max(seconds, 0) * 1000 : undefined;
}

/** Sends the bytes of a file and says how much of it has gone, 0 to 1. */
export function sendFile<T>(url: string, file: Blob, tell: (part: number) => void): Promise<Answer<T>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.setRequestHeader('accept-language', document.documentElement.lang);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => total > 0 && tell(loaded / total);
    request.onerror = () => reject(new TypeError('the file did not arrive'));
    request.onload = () => {
      const response = new Response(request.responseText || null, { status: request.status });
      let said: unknown;
      try {
        said = JSON.parse(request.responseText);
      } catch {
        // A proxy in between may answer with a page.
      }
      resolve(response.ok ? { data: said as T, response } : { error: said, response });
    };
    request.send(file);
  });
}

function isProblem(it: unknown): it is Problem {
  return typeof it === 'object' && it !== null && 'code' in it && 'title' in it;
}

/** Only what might be different next time is tried again. */
const RETRIES_MAX = 2;
const PATIENCE_MS = 2_000;
const STALE_MS = 15_000;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      // Who is asked to wait longer than people do is told so.
      retry: (failures, error) =>
        failures < RETRIES_MAX && error instanceof Trouble && error.passes && (error.after_ms ?? 0) <= PATIENCE_MS,
      retryDelay: (failures, error) => (error instanceof Trouble && error.after_ms) || 1000 * 2 ** failures,
    },
  },
});

/** A new id that sorts by time (UUID version 7): the caller names what it makes, so sending again is harmless. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = Date.now();
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (it) => it.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
