// Unpacks the browser and its letters once and starts it once, before files of journeys that run beside each other ask
// for it: two that unpack into one folder would run what the other has half written.

import { browser } from './chromium.mjs';

await (await browser()).close();
