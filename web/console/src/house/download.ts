// A file in the reader's language: a browser that follows a link asks in its own.

import { language } from './i18n.ts';

/** A browser reads the file after the click, and says to nobody when it has. */
const READ_MS = 60_000;

/** The name the server gives to what it sends, as in `attachment; filename="rows.csv"`. */
function nameOf(response: Response): string {
  const said = response.headers.get('content-disposition') ?? '';
  return /filename="?([^";]+)"?/.exec(said)?.[1] ?? '';
}

/** Fetches the file of this address and hands it to the browser to keep. Throws when there is none. */
export async function download(address: string): Promise<void> {
  const response = await fetch(address, { headers: { 'accept-language': language() } });
  if (!response.ok) throw new TypeError(`the file did not come: ${response.status}`);
  const url = URL.createObjectURL(await response.blob());
  Object.assign(document.createElement('a'), { href: url, download: nameOf(response) }).click();
  setTimeout(() => URL.revokeObjectURL(url), READ_MS);
}
