// Before anything is drawn: the reader's language and light, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return localStorage.getItem(`huisheng.${name}`);
    } catch {
      return null;
    }
  };
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = kept('theme') ?? (dark ? 'dark' : 'light');
  const known = ['zh-CN', 'en'];
  const asked = navigator.languages.map((it) => (it.toLowerCase().startsWith('zh') ? 'zh-CN' : it.slice(0, 2)));
  root.lang = [kept('language'), ...asked].find((it) => known.includes(it)) ?? 'zh-CN';
})();
