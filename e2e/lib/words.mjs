// What a page says, and in which letters: a page in one language has no word of the other on it.

const HAN = /[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]/;
/** Names of methods, formats and techniques, which Chinese service managers write in Latin letters too. */
const LATIN = `Alt API Chrome Linux CCMC CES CRM CSAT CSV Ctrl Enter Esc English GB GB18030 HTTP HTTPS ID IP ISO JSON NPS OIDC
  OpenID Connect PDF PNG QR SLA SVG T UTF URL UTC VIP Webhook Webhooks XLSX x j k e r huisheng Huisheng zh CN en`.split(/\s+/);

/**
 * Every text a reader may meet: what stands there, what stands in fields before anything is typed, what is read
 * out, what shows below the mouse, and the name of the window. Each part that says it is of another language is
 * left out: it is meant to be.
 */
export function textsOf(page) {
  return page.evaluate(() => {
    const language = document.documentElement.lang;
    const ours = (it) => (it.closest('[lang]')?.lang ?? language) === language;
    const found = [{ text: document.title, where: 'title' }];
    const say = (text, it, where) => {
      if (text?.trim()) found.push({ text: text.trim(), where: `${where} of ${it.tagName.toLowerCase()}.${it.className}` });
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const it = walker.currentNode.parentElement;
      if (it.closest('script, style, noscript') || !it.checkVisibility() || !ours(it)) continue;
      say(walker.currentNode.data, it, 'text');
    }
    for (const it of document.querySelectorAll('*')) {
      if (!it.checkVisibility() || !ours(it)) continue;
      for (const name of ['placeholder', 'title', 'alt']) say(it.getAttribute(name), it, name);
      // What is hidden from those who listen is not read out; the component library's own signs have no words.
      const isHeard = !it.closest('[aria-hidden=true], .anticon');
      for (const name of isHeard ? ['aria-label', 'aria-valuetext', 'aria-description'] : []) {
        say(it.getAttribute(name), it, name);
      }
      if (/^(INPUT|TEXTAREA)$/.test(it.tagName) && !/^(hidden|checkbox|radio)$/.test(it.type)) say(it.value, it, 'value');
    }
    return found;
  });
}

/** Texts with a Chinese character or a full-width sign in them. */
export async function chineseOn(page) {
  return (await textsOf(page)).filter((it) => HAN.test(it.text));
}

/** Codes are no words: addresses, names to fill, what a customer quotes, keys and hashes. */
const CODES = /\{\{[^}]*\}\}|\S+[@/.:_]\S+|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|[0-9A-Za-z+/=]{20,}/g;

/** English words on a Chinese page: two Latin letters or more that are no name of a technique and no word of `data`. */
export async function englishOn(page, data = []) {
  const known = new Set([...LATIN, ...data].map((it) => it.toLowerCase()));
  const strange = (text) =>
    (text.replace(CODES, ' ').match(/[A-Za-z]{2,}/g) ?? []).filter((it) => !known.has(it.toLowerCase()));
  return (await textsOf(page))
    .filter((it) => !/\bcode\b/.test(it.where))
    .map((it) => ({ ...it, strange: strange(it.text) }))
    .filter((it) => it.strange.length > 0);
}
