// What every journey needs first: a company with a published form, and somebody who has evaluated.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

/** Publishes a built-in form and returns its id and its open link. */
export async function publishForm(api, template = 'standard') {
  const templates = await api('GET', '/form-templates');
  const { content } = templates.find((it) => it.key === template);
  const id = randomUUID();
  await api('PUT', `/forms/${id}`, { key: `e2e-${template}`.replaceAll('_', '-'), content });
  await api('POST', `/forms/${id}/publish`);
  const { url } = await api('GET', `/forms/${id}/link`);
  return { id, url, content };
}

/**
 * Hands in an evaluation as a browser without scripts does, and returns the address of its progress page.
 * `answers` are pairs of field and value, as `{ 'a.overall': '1' }`.
 */
export async function handIn(url, answers) {
  const page = await (await fetch(url)).text();
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const fields = { ...Object.fromEntries(hidden.map((it) => [it[1], it[2]])), ...answers };
  const reply = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  assert.equal(reply.status, 303, `${url}: ${reply.status} ${await reply.text()}`);
  return new URL(reply.headers.get('location'), url).href;
}

/** Asks again until `look` finds something; for what a worker does a moment later. */
export async function until(what, look, ms = 10_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `after ${ms} ms there is still no ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A customer is served and invited by mail; returns the links of the message as the outbox shows it. */
export async function served({ api, command }) {
  const { value } = await api('GET', '/settings/invitations');
  await api('PUT', '/settings/invitations', { ...value, delay_minutes: 0 });
  const customer = randomUUID();
  await api('PUT', `/customers/${customer}`, { name: '王芳', email: 'wang@example.cn' });
  const ended = new Date();
  const started = new Date(ended - 300_000);
  const id = randomUUID();
  await api('PUT', `/interactions/${id}`, { id, customer, channel: 'phone', started, ended, answered: true });
  const text = await until('invitation', () => {
    const said = command('outbox');
    return said.includes('/i/') && said;
  });
  const link = (kind) => new RegExp(`http\\S+/${kind}/[^\\s?"<>]+`).exec(text)[0];
  return { invited: link('i'), optOut: link('o') };
}
