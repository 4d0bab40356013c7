// The door, without any library: it is the first thing that somebody on a slow line waits for. A page of its own
// shows it (doorPage.ts), and so does the console where a session ended (Door.tsx).

import words from 'virtual:door-words';
import type { components, Problem } from '../../../api/src/index.ts';
import { type Language, language } from '../house/language.ts';
import '../house/controls.css';
import './door.css';

type SignIn = components['schemas']['SignIn'];

type Options = {
  /** The company, where it is known. */
  slug?: string | undefined;
  /** Only the form, to stand in a dialog. */
  bare: boolean;
  /** Changes the language of everything around the door, and keeps it. */
  speak: (to: Language) => Promise<void> | void;
  /** Somebody came in. */
  done: () => void;
};

const MARK = `<svg class="mark" width="40" height="40" viewBox="0 0 32 32" aria-hidden="true"><g fill="none"
stroke="currentColor" stroke-width="2.4" stroke-linecap="round"><path d="M10 13.2a4.2 4.2 0 0 1 0 5.6"/><path
d="M14.2 9.8a9 9 0 0 1 0 12.4"/><path d="M18.6 6.6a14 14 0 0 1 0 18.8"/></g></svg>`;

const t = (key: string) => words[language()][key] ?? key;

function kept(): string {
  try {
    return localStorage.getItem('huisheng.tenant') ?? '';
  } catch {
    return '';
  }
}

function keep(tenant: string) {
  try {
    localStorage.setItem('huisheng.tenant', tenant);
  } catch {
    // Then it is typed again next time.
  }
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  more: Partial<HTMLElementTagNameMap[K]>,
  ...inside: Node[]
) {
  const made = document.createElement(tag);
  Object.assign(made, more as object);
  made.append(...inside);
  return made;
}

type Name = 'tenant' | 'login' | 'password' | 'code';

const COMPLETE: Record<Name, AutoFill> = {
  tenant: 'organization',
  login: 'username',
  password: 'current-password',
  code: 'one-time-code',
};

function field(name: Name, label: string, value: string) {
  const id = `door-${name}`;
  const input = make('input', {
    id,
    className: 'input',
    type: name === 'password' ? 'password' : 'text',
    value,
    autocomplete: COMPLETE[name],
    autocapitalize: 'none',
    required: true,
  });
  return { input, box: make('div', { className: 'field' }, make('label', { htmlFor: id, textContent: label }), input) };
}

/** A refusal in words; nothing where it is no refusal but a second step. */
type Refusal = { said: string } | { asks: 'code' };

async function enter(body: SignIn): Promise<Refusal | undefined> {
  let reply: Response;
  try {
    reply = await fetch('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': language() },
      body: JSON.stringify(body),
    });
  } catch {
    return { said: t('house:trouble.offline') };
  }
  if (reply.ok) return undefined;
  const problem: Partial<Problem> = await reply.json().catch(() => ({}));
  if (problem.code === 'second_factor_required') return { asks: 'code' };
  return { said: problem.title ?? t('house:trouble.server').replace('{status}', String(reply.status)) };
}

/** Draws the door into `box`, in the language of the page, and lets people in. */
export function openDoor(box: HTMLElement, { slug, bare, speak, done }: Options) {
  const tenant = field('tenant', t('platform:sign_in.tenant'), slug ?? kept());
  const login = field('login', t('platform:sign_in.login'), '');
  const password = field('password', t('platform:sign_in.password'), '');
  password.box.append(shown(password.input));
  // Asked for when the password was right and the person has set up two steps.
  const code = field('code', t('platform:sign_in.code'), '');
  const help = make('p', { id: 'door-code-help', className: 'quiet', textContent: t('platform:sign_in.code_help') });
  code.input.setAttribute('aria-describedby', help.id);
  code.box.append(help);
  const fault = make('p', { className: 'fault' });
  fault.setAttribute('role', 'alert');
  const press = make('button', {
    type: 'submit',
    className: 'button button-primary button-large',
    textContent: t('platform:sign_in.enter'),
  });
  const form = make('form', { className: bare ? 'sign-in sign-in-bare' : 'sign-in' });
  if (!bare) form.append(make('h1', { textContent: t('platform:sign_in.title') }));
  form.append(tenant.box, login.box, password.box, press);

  const busy = (is: boolean) => {
    press.disabled = is;
    press.classList.toggle('button-busy', is);
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    busy(true);
    fault.remove();
    const asksCode = code.box.isConnected;
    const refusal = await enter({
      tenant: tenant.input.value.trim(),
      login: login.input.value.trim(),
      password: password.input.value,
      code: (asksCode && code.input.value.trim()) || null,
    });
    if (!refusal) {
      keep(tenant.input.value.trim());
      done();
      return;
    }
    busy(false);
    code.input.value = '';
    if ('asks' in refusal) {
      press.before(code.box);
      code.input.focus();
    } else {
      fault.textContent = refusal.said;
      press.before(fault);
    }
  });

  if (bare) {
    box.replaceChildren(form);
    return;
  }
  form.append(company(tenant.input), otherLanguage(box, { slug, bare, speak, done }));
  document.title = `${t('platform:sign_in.title')} · ${t('house:brand')}`;
  const art = make('div', { className: 'door-art', innerHTML: MARK });
  art.append(
    make('h2', { textContent: t('platform:sign_in.motto') }),
    make('p', { textContent: t('platform:sign_in.motto_text') }),
  );
  const hall = make('main', { className: 'door' }, art, make('div', { className: 'door-form' }, form));
  box.replaceChildren(hall);
}

/** Lets one see what was typed: on a phone nobody types twelve signs blindly. */
function shown(password: HTMLInputElement): HTMLElement {
  const tick = make('input', { type: 'checkbox' });
  tick.addEventListener('change', () => {
    password.type = tick.checked ? 'text' : 'password';
  });
  return make('label', { className: 'door-shown quiet' }, tick, new Text(t('platform:sign_in.show')));
}

/** The way in by the company's own accounts, once it is known which company. */
function company(tenant: HTMLInputElement): HTMLElement {
  const link = make('a', { className: 'text-button', textContent: t('platform:sign_in.company') });
  const follow = () => {
    const slug = tenant.value.trim();
    link.hidden = slug === '';
    link.href = `/sso/${encodeURIComponent(slug)}`;
  };
  tenant.addEventListener('input', follow);
  follow();
  return link;
}

/** The other language, in its own words. What was typed stays. */
function otherLanguage(box: HTMLElement, options: Options): HTMLElement {
  const other: Language = language() === 'en' ? 'zh-CN' : 'en';
  const press = make('button', {
    type: 'button',
    className: 'text-button',
    lang: other,
    textContent: other === 'en' ? 'English' : '中文',
  });
  press.addEventListener('click', async () => {
    await options.speak(other);
    const typed = [...box.querySelectorAll<HTMLInputElement>('.input')].map((it) => [it.id, it.value] as const);
    openDoor(box, options);
    for (const [id, value] of typed) {
      const input = box.querySelector<HTMLInputElement>(`#${id}`);
      if (input) input.value = value;
      input?.dispatchEvent(new Event('input'));
    }
  });
  return press;
}
