// A company that never wrote a word of Chinese: set up in English as a person does it, with enough of everything
// for each page to have something on it.

import assert from 'node:assert/strict';
import { apiOf } from './console.mjs';
import { handIn, until } from './house.mjs';
import { chooseOwn, signIn, startEmpty } from './server.mjs';

const TENANT = 'acme';
const PASSWORD = 'three arcs of an echo';
const GIVEN = 'a slip of paper';
const DAY_MS = 86_400_000;
const newId = () => crypto.randomUUID();

/** Texts in both languages, left with the English one alone. */
function english(it) {
  if (Array.isArray(it)) return it.map(english);
  if (it === null || typeof it !== 'object') return it;
  if ('en' in it && 'zh-CN' in it) return { en: it.en };
  return Object.fromEntries(Object.entries(it).map(([key, value]) => [key, english(value)]));
}

/** What customers said: kind as it is known, words, and how many stars. */
const SAID = [
  ['1', 'The engineer came two hours late and nobody answered the phone.'],
  ['2', 'The invoice was wrong three times in a row.'],
  ['1', 'My refund has not arrived after two weeks. This is a complaint!'],
  ['4', 'It would be great if the app could show where the engineer is.'],
  ['5', 'Thank you, Grace explained every step. Excellent service!'],
];

/** Starts an empty house, sets it up in English and fills it. Returns ids of what its pages show. */
export async function startEnglish(more = {}) {
  const house = await startEmpty({ HUISHENG_WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true', ...more });
  const [, code] = /\/console\/setup#(\S+)/.exec(house.printed());
  const company = { name: 'Acme Appliances', slug: TENANT, zone: 'Europe/London', language: 'en', hours: 'office' };
  const administrator = { name: 'Ada Admin', login: 'ada', password: PASSWORD };
  const made = await fetch(`${house.at}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: decodeURIComponent(code), company, administrator, demo: null }),
  });
  assert.ok(made.ok, await made.text());
  const who = { tenant: TENANT, login: 'ada', password: PASSWORD };
  const api = await signIn(house.at, who);
  const people = await staff(house, api);
  const things = await rules(house, api);
  const work = await said(house, api, people, things);
  return { ...house, api, who, ...people, ...things, ...work };
}

async function staff(house, api) {
  const team = newId();
  await api('PUT', `/teams/${newId()}`, { name: 'Service', parent: null, lead: null });
  await api('PUT', `/teams/${team}`, { name: 'North', parent: null, lead: null });
  const roles = await api('GET', '/roles');
  const hire = async (login, name, role, number) => {
    const id = newId();
    const own = { roles: [roles.find((it) => it.key === role).id], language: 'en', active: true };
    await api('PUT', `/staff/${id}`, { login, name, number, team, email: `${login}@acme.example`, password: GIVEN, ...own });
    return { id, ...(await chooseOwn(house.at, { tenant: TENANT, login, given: GIVEN, password: PASSWORD })) };
  };
  const agent = await hire('grace', 'Grace Hall', 'agent', '1024');
  const lead = await hire('henry', 'Henry Lead', 'supervisor', '1025');
  const manager = await hire('mary', 'Mary Manager', 'manager', '1026');
  const ada = (await api('GET', '/staff')).find((it) => it.login === 'ada');
  const { login, name, number, email, roles: hers, language, active } = ada;
  await api('PUT', `/staff/${ada.id}`, { login, name, number, email, roles: hers, language, active, team });
  await api('PUT', `/roles/${newId()}`, { key: 'night', name: 'Night desk', permissions: ['cases:read'], reach: 'own' });
  const skill = { kinds: ['complaint', 'issue', 'consultation', 'suggestion', 'praise'], categories: [], shift: null };
  await api('PUT', `/skills/${agent.id}`, { ...skill, capacity: 20, away_until: null });
  const away = new Date(Date.now() + DAY_MS).toISOString();
  await api('PUT', `/skills/${lead.id}`, { ...skill, capacity: 5, away_until: away });
  return { team, agent, lead, manager, ada: { id: ada.id, tenant: TENANT, login, password: PASSWORD } };
}

async function rules(house, api) {
  const templates = await api('GET', '/form-templates');
  const form = newId();
  const content = english(templates.find((it) => it.key === 'standard').content);
  const named = { ...content, languages: ['en'], title: { en: 'How did we do?' } };
  await api('PUT', `/forms/${form}`, { key: 'acme-standard', content: named });
  await api('POST', `/forms/${form}/publish`);
  await api('PUT', `/forms/${form}`, { key: 'acme-standard', content: { ...named, title: { en: 'How was our service?' } } });
  await api('POST', `/forms/${form}/publish`);
  const { url } = await api('GET', `/forms/${form}/link`);
  const category = newId();
  await api('PUT', `/trees/category/${category}`, { name_zh: 'Installation', name_en: 'Installation', words: ['install', 'engineer'] });
  await api('PUT', `/trees/cause/${newId()}`, { name_zh: 'Rota too thin', name_en: 'Rota too thin', words: [] });
  await api('PUT', '/settings/topics', { own: [{ code: 'gift_card', name_zh: 'Gift cards', name_en: 'Gift cards', parent: null, words: ['gift card'] }] });
  await api('PUT', `/scripts/${newId()}`, { title: 'Apology', body: 'We are sorry about the wait.', language: 'en' });
  await api('PUT', `/api-keys/${newId()}`, { name: 'CRM', permissions: ['customers:write'], expires: null });
  const hook = { url: `${house.at}/nowhere`, events: ['*'], active: true };
  await api('PUT', `/webhooks/${newId()}`, hook);
  await api('PUT', '/sign-on', { issuer: 'https://id.acme.example', client_id: 'huisheng', match_by: 'login' });
  const customFields = { customer: [{ key: 'contract', label: 'Contract', kind: 'text', required: false, options: [] }], interaction: [] };
  await api('PUT', '/settings/custom_fields', customFields);
  const [calendar] = await api('GET', '/calendars');
  const special = { ...calendar.calendar };
  await api('PUT', `/calendars/${newId()}`, { name: { en: 'Night desk' }, calendar: special });
  await api('PUT', '/settings/case_stages', { stages: [{ code: 'parts', of: 'in_progress', name: { en: 'Waiting for parts' } }] });
  return { form, url, category };
}

async function said(house, api, { agent, lead, ada }, { form, url, category }) {
  const customer = newId();
  const other = newId();
  const known = { name: 'Walter White', phone: '+442079460018', email: 'walter@example.com', level: 'vip', tags: ['contract'] };
  await api('PUT', `/customers/${customer}`, known);
  await api('PUT', `/customers/${other}`, { ...known, name: 'W. White', level: 'standard' });
  await api('PUT', `/customers/${newId()}`, { name: 'Jane Doe', email: 'jane@example.com' });
  const started = new Date(Date.now() - 900_000).toISOString();
  const ended = new Date(Date.now() - 600_000).toISOString();
  const segments = [{ staff: agent.id, started, ended }];
  await api('PUT', `/interactions/${newId()}`, { customer, channel: 'phone', started, ended, answered: true, subject: 'Dishwasher leaks', segments });
  const pages = [];
  for (const [stars, words] of SAID) pages.push(await handIn(url, { 'a.overall': stars, 'a.suggestion': words }));
  for (const stars of [1, 2, 3, 4, 5, 5]) {
    const answers = { overall: stars, suggestion: stars < 3 ? 'Nobody rang me back.' : '' };
    await api('PUT', `/evaluations/${newId()}`, { form, answers, round: 'first', customer, staff: agent.id });
  }
  const evaluations = (await api('GET', '/evaluations')).items;
  const open = async (kind, words) => {
    const id = newId();
    const body = { kind, channel: 'phone', said: words, customer, category: kind === 'complaint' ? category : null };
    await api('PUT', `/cases/${id}`, body);
    return id;
  };
  const act = (id, verb, fields = {}, as = api) => as('POST', `/cases/${id}/${verb}`, fields);
  const [grace, henry] = await Promise.all([agent, lead].map((it) => apiOf(house, it)));
  const give = async (id) => {
    const { owner, team } = await api('GET', `/cases/${id}`);
    if (owner !== agent.id) await act(id, 'assign', { staff: agent.id, team, reason: 'Knows the model' });
  };
  const due_at = new Date(Date.now() + 3 * DAY_MS).toISOString();
  const fresh = await open('complaint', 'The new dishwasher floods the kitchen. I want my money back!');
  const solved = await open('complaint', 'The engineer scratched the floor.');
  await give(solved);
  await act(solved, 'accept', {}, grace);
  await act(solved, 'reply', { text: 'We are sorry and will repair it.' }, grace);
  await act(solved, 'note', { text: 'Floor is oak.', mentions: [lead.id] }, grace);
  await act(solved, 'set_cause', { cause: { root: 'process', branch: null, text: 'No floor protection in the van' } }, grace);
  const plan = { id: newId(), measure: 'Put mats into every van', owner: agent.id, due_at };
  await act(solved, 'plan_rectification', { plan }, grace);
  await act(solved, 'finish_rectification', { id: plan.id, result: 'Mats are in all vans' }, grace);
  await act(solved, 'verify_rectification', { id: plan.id, is_done: true, comment: 'Seen' }, henry);
  await act(solved, 'solve', { solution: 'The floor was repaired.' }, grace);
  await act(solved, 'tell', { text: 'Your floor is repaired.', how: 'phone' }, grace);
  const waiting = await open('issue', 'The app does not start.');
  await give(waiting);
  await act(waiting, 'accept', {}, grace);
  await act(waiting, 'wait_for_customer', { text: 'Which phone do you have?' }, grace);
  const idea = await open('suggestion', 'Please open on Sundays.');
  await give(idea);
  await act(idea, 'accept', {}, grace);
  await act(idea, 'decide_suggestion', { decision: { decision: 'adopted', reason: 'Many ask for it', owner: agent.id, due_at } }, henry);
  const declined = await open('suggestion', 'Please sell cars.');
  await act(declined, 'decide_suggestion', { decision: { decision: 'declined', reason: 'Not our trade' } }, henry);
  await open('praise', 'Grace was wonderful.');
  await open('consultation', 'How long is the guarantee?');
  const erasure = { customer: other, reason: 'Asked for it by telephone' };
  await api('PUT', `/erasures/${newId()}`, erasure);
  const imported = newId();
  const rows = 'Customer ID,Name,Phone,Level\nC1,Alan,+442079460019,VIP\nC2,Beth,not known,Standard\nC3,Carl,+442079460020,Diamond\n';
  await upload(house, ada, imported, rows);
  const { proposal } = await api('POST', `/imports/${imported}/look`, {});
  const trial = newId();
  await upload(house, ada, trial, rows);
  await api('POST', `/imports/${imported}/start`, { mapping: proposal.mapping, dry_run: false });
  await until('import', async () => ['done', 'failed'].includes((await api('GET', `/imports/${imported}`)).stage));
  await api('PUT', `/import-mappings/${newId()}`, { name: 'Old system', mapping: proposal.mapping });
  return { customer, pages, evaluations, cases: { fresh, solved, waiting, idea, declined }, imported, trial };
}

/** A file goes up as bytes. */
async function upload(house, who, id, text) {
  const reply = await fetch(`${house.at}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenant: who.tenant, login: who.login, password: who.password }),
  });
  const cookie = reply.headers.get('set-cookie').split(';')[0];
  const put = await fetch(`${house.at}/api/v1/imports/${id}?target=customers&name=customers.csv`, {
    method: 'PUT',
    headers: { cookie, 'content-type': 'application/octet-stream' },
    body: text,
  });
  assert.equal(put.status, 201, await put.text());
}
