// Before anything is drawn: the reader's language and light, so that nothing flashes; and what the first page will
// ask for anyway, asked while its scripts are still on their way.
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return localStorage.getItem(`huisheng.${name}`);
    } catch {
      return null;
    }
  };
  const said = (name) => document.querySelector(`meta[name="huisheng-${name}"]`)?.content;
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = kept('theme') ?? (dark ? 'dark' : 'light');
  const known = ['zh-CN', 'en'];
  const asked = navigator.languages.map((it) => (it.toLowerCase().startsWith('zh') ? 'zh-CN' : it.slice(0, 2)));
  root.lang = [kept('language'), ...asked].find((it) => known.includes(it)) ?? 'zh-CN';

  // Their words: which of the files, only the browser knows.
  const words = said(`words-${root.lang}`);
  if (words) document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href: words }));

  if (said('session') !== 'kept') return;
  const early = new Map();
  window.huishengEarly = early;
  const ask = (path, query = {}) => {
    const url = `${path}?${new URLSearchParams(query)}`;
    const answer = fetch(url, { headers: { 'accept-language': root.lang } });
    // Whoever takes it hears of a failure.
    answer.catch(() => undefined);
    early.set(url, { sent: Date.now(), answer });
    return answer;
  };
  const me = ask('/api/v1/me');
  if (!/^\/console\/(work)?$/.test(location.pathname)) return;
  me.then(async (answer) => {
    const { staff, permissions } = answer.ok ? await answer.clone().json() : {};
    if (!staff || !permissions.includes('cases:act')) return;
    const state = 'new,accepted,in_progress,waiting_for_customer,reopened,solved';
    ask('/api/v1/cases', { owner: staff.id, state, sort: 'due', limit: 200 });
  }).catch(() => undefined);
})();
