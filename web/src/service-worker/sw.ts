// The service worker: the app opens without a connection. What people and visits are about is never cached here.
/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { StaleWhileRevalidate } from 'workbox-strategies';
import { taps, who } from '../outbox/drawer';
import { sendLane } from '../outbox/send';
import { CHANNEL, LANES, type Outcome, type Tap } from '../outbox/tap';
import { showsNotifications } from './notifications';

/** Background Sync is not among the types of TypeScript. */
interface SyncEvent extends ExtendableEvent {
  tag: string;
}
declare const self: ServiceWorkerGlobalScope & { addEventListener(kind: 'sync', heard: (event: SyncEvent) => void): void } & { __WB_MANIFEST: { url: string; revision: string | null }[] };

const THEME = 'theme';

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);
// Only the app itself: signing in, links from a text and the documentation always come from the service.
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { allowlist: [/^\/(\?.*)?$/] }));
// The municipality's own colours, as they were the last time.
registerRoute(({ url }) => url.pathname === '/theme.css', new StaleWhileRevalidate({ cacheName: THEME }));
self.addEventListener('install', (event) => {
  // A theme that cannot be fetched now is fetched with the page.
  event.waitUntil(caches.open(THEME).then((cache) => cache.add('/theme.css').catch(() => undefined)));
});

showsNotifications(self);

// A new version waits until a page that has just opened asks for it, so that nothing changes under a thumb.
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting();
});

/** Sends what waits, as the page would; the page that is open hears what came of it. */
async function sendAll(): Promise<void> {
  const person = await who.get();
  if (!person) return;
  const channel = new BroadcastChannel(CHANNEL);
  const told = (tap: Tap, outcome: Outcome): void => channel.postMessage({ tap: { ...tap, body: null }, outcome });
  await Promise.all(LANES.map((lane) => sendLane(lane, { person, now: Date.now, told })));
  channel.close();
  // The browser tries again, later and later, as long as this fails.
  if ((await taps.all()).some((tap) => tap.person === person && !tap.refused)) throw new Error('something still waits');
}

// There is a connection again, also when the app is closed.
self.addEventListener('sync', (event) => {
  if (event.tag === CHANNEL) event.waitUntil(sendAll());
});
