// Puts the service worker in place, and lets a new version take over while a page opens.

/** How long after opening a page may still be replaced: nobody has typed anything yet. */
const FRESH_MS = 3000;

export async function install(): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  const opened = performance.now();
  const fresh = (): boolean => performance.now() - opened < FRESH_MS;
  const known = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (known && fresh()) location.reload();
  });
  try {
    const { waiting } = await navigator.serviceWorker.register('/sw.js');
    if (waiting && fresh()) waiting.postMessage('take-over');
  } catch {
    // Without a service worker the app still works while there is a connection.
  }
}
