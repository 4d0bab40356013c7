// The real binary on a free port with a database of its own, and hands to speak with its API.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = process.env.E2E_BINARY ?? join(import.meta.dirname, '../../target/debug/huisheng');
const START_MS_MAX = 30_000;
export const TENANT = 'echo';
const LOGIN = 'admin';
const PASSWORD = 'three arcs of an echo';

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a server with one company; `more` are further settings, as `HUISHENG_MAIL__HOST`. */
export async function start(more = {}) {
  const house = await startEmpty(more, (command) =>
    command('admin', 'create-tenant', TENANT, '--name', '回声演示', '--login', LOGIN));
  const api = await signIn(house.at, { tenant: TENANT, login: LOGIN, password: PASSWORD });
  return { ...house, api };
}

/** Starts a server on a database that is new but for what `before` does to it. */
export async function startEmpty(more = {}, before = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'huisheng-e2e-'));
  const at = `http://127.0.0.1:${await freePort()}`;
  const env = {
    ...process.env,
    HUISHENG_DATABASE: `sqlite:${join(folder, 'huisheng.db')}`,
    HUISHENG_FOLDER: join(folder, 'files'),
    HUISHENG_LISTEN: at.slice('http://'.length),
    HUISHENG_PUBLIC_URL: at,
    HUISHENG_LOG: 'warn',
    HUISHENG_ADMIN_PASSWORD: PASSWORD,
    ...more,
  };
  /** Runs `huisheng …` against the same database and returns what it printed. */
  const command = (...words) => {
    const { status, stdout, stderr } = spawnSync(PROGRAM, words, { cwd: folder, env, encoding: 'utf8' });
    assert.equal(status, 0, `huisheng ${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  before(command);

  const log = [];
  const said = [];
  let server;
  let ended;
  /** Ends the process; what it knew is in its database. */
  const pause = async () => {
    server.kill('SIGTERM');
    await ended;
  };
  const stop = async () => {
    await pause();
    rmSync(folder, { recursive: true, force: true });
  };
  /** Starts the process, again if it was paused, and waits for its first answer. */
  const resume = async () => {
    server = spawn(PROGRAM, ['serve'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    server.stdout.on('data', (it) => said.push(it.toString()));
    server.stderr.on('data', (it) => log.push(it.toString()));
    ended = new Promise((resolve) => server.on('exit', resolve));
    const end = Date.now() + START_MS_MAX;
    while (!(await fetch(`${at}/readyz`).then((it) => it.ok, () => false))) {
      if (server.exitCode !== null || Date.now() > end) {
        await stop();
        throw new Error(`the server does not answer:\n${log.join('')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await resume();
  return { at, command, log, stop, pause, resume, printed: () => said.join('') };
}

/** A password somebody was given becomes their own, as at their first sign-in. */
export async function chooseOwn(at, { tenant, login, given, password }) {
  const api = await signIn(at, { tenant, login, password: given });
  await api('PUT', '/me/password', { old_password: given, password });
  return { tenant, login, password };
}

/**
 * Hands for the API: `api('PUT', '/customers/…', body)` returns what it answered, and fails on a status
 * of 400 and above, with the problem in its message.
 */
export async function signIn(at, who) {
  const reply = await fetch(`${at}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(who),
  });
  assert.equal(reply.status, 204, await reply.text());
  const cookie = reply.headers.get('set-cookie').split(';')[0];
  return async (method, path, body) => {
    const headers = { cookie, 'content-type': 'application/json' };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const reply = await fetch(`${at}/api/v1${path}`, { method, headers, body: text });
    const said = await reply.text();
    assert.ok(reply.status < 400, `${method} ${path}: ${reply.status} ${said}`);
    return said === '' ? undefined : JSON.parse(said);
  };
}
