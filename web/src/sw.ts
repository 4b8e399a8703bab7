// The service worker: the app opens without a connection. What people and visits are about is never cached here.
/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { StaleWhileRevalidate } from 'workbox-strategies';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);
// Only the app itself: signing in, links from a text and the documentation always come from the service.
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { allowlist: [/^\/(\?.*)?$/] }));
// The municipality's own colours, as they were the last time.
registerRoute(({ url }) => url.pathname === '/theme.css', new StaleWhileRevalidate({ cacheName: 'theme' }));

// A new version waits until a page that has just opened asks for it, so that nothing changes under a thumb.
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting();
});
