// Notifications: shows what the service sends, and says by their button that all is well. Confirmed is only what the service confirmed.
/// <reference lib="webworker" />

type Button = { label: string; token?: string; sending: string; unsent: string };
export type Shown = { tag: string; lang: string; title: string; body: string; opens: string; open: string; receipt?: string; well?: Button; done?: boolean };

/** What browsers know beside the standard's own list. */
type Options = NotificationOptions & {
  actions?: { action: string; title: string }[];
  renotify?: boolean;
  vibrate?: number[];
};

const ICON = '/pwa-192x192.png';
/** For how long, and how often, the service is asked: the phone may just have lost its reception. */
const TRIES = [0, 1500, 4000];
const PATIENCE = 8000;

export function showsNotifications(worker: ServiceWorkerGlobalScope): void {
  worker.addEventListener('push', (event) => {
    const shown = read(event.data?.text());
    if (shown) event.waitUntil(ask(worker.registration, shown).then(() => seen(shown, (input, init) => worker.fetch(input, init))));
  });
  worker.addEventListener('notificationclick', (event) => {
    const shown = event.notification.data as Shown;
    const { well } = shown;
    if (event.action === 'well' && well?.token) {
      event.waitUntil(answer(worker, shown, well, well.token));
      return;
    }
    event.notification.close();
    event.waitUntil(Promise.all([seen(shown, (input, init) => worker.fetch(input, init)), open(worker, shown.opens)]));
  });
}

/** What was answered before is of no interest any more. */
async function ask(registration: ServiceWorkerRegistration, shown: Shown): Promise<void> {
  await registration.showNotification(shown.title, asking(shown));
  const all = await registration.getNotifications();
  for (const one of all) if ((one.data as Shown | null)?.done && one.tag !== shown.tag) one.close();
}

/** Tells the service that this was shown: no answer, and no matter when it does not arrive. */
export async function seen({ receipt }: Shown, send: (input: string, init: RequestInit) => Promise<Response>): Promise<void> {
  if (!receipt) return;
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ token: receipt });
  await send('/v1/push/receipts', { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
}

export function read(text: string | undefined): Shown | null {
  try {
    const shown = JSON.parse(text ?? '') as Shown;
    // Only our own pages are opened, whatever was sent.
    return typeof shown.title === 'string' && /^\/#\//.test(shown.opens) ? shown : null;
  } catch {
    return null;
  }
}

/** A question stays until it is answered; a later one about the same takes its place. */
export function asking(shown: Shown): Options {
  const { well, open } = shown;
  const actions = [...(well ? [{ action: 'well', title: well.label }] : []), { action: 'open', title: open }];
  return { ...plain(shown, shown.body), actions, requireInteraction: true, renotify: true, vibrate: [200, 120, 200, 120, 200] };
}

/** The same notification, with what has become of it. */
export function told(shown: Shown, body: string, done: boolean): Options {
  const { well: _, ...rest } = shown;
  return { ...plain({ ...rest, done }, body), actions: done ? [] : [{ action: 'open', title: shown.open }], requireInteraction: !done, silent: done };
}

function plain(shown: Shown, body: string): Options {
  return { body, tag: shown.tag, lang: shown.lang, icon: ICON, badge: ICON, data: shown };
}

async function answer(worker: ServiceWorkerGlobalScope, shown: Shown, well: Button, token: string): Promise<void> {
  const show = (body: string, done: boolean): Promise<void> => worker.registration.showNotification(shown.title, told(shown, body, done));
  await show(well.sending, false);
  const { message, pin } = await press(token, (input, init) => worker.fetch(input, init));
  await show(message ?? well.unsent, message !== null);
  if (pin) await open(worker, `${shown.opens}/code`).catch(() => undefined);
}

/** Says it to the service, again when the network fails; its words, or null when it did not take them. */
export async function press(
  token: string,
  send: (input: string, init: RequestInit) => Promise<Response>,
  wait = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<{ message: string | null; pin: boolean }> {
  for (const pause of TRIES) {
    if (pause) await wait(pause);
    try {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ token });
      const reply = await send('/v1/push/answers', { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE) });
      if (reply.status >= 500) continue;
      const said = (await reply.json().catch(() => null)) as { message?: string; code?: string } | null;
      return { message: reply.ok ? (said?.message ?? null) : null, pin: said?.code === 'pin-needed' };
    } catch {
      // No reception: once more.
    }
  }
  return { message: null, pin: false };
}

/** In the window that is open already, else in a new one. */
async function open(worker: ServiceWorkerGlobalScope, path: string): Promise<void> {
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const [known] = windows;
  const shown = await known?.focus().catch(() => null);
  const moved = await shown?.navigate(path).catch(() => null);
  if (!moved) await worker.clients.openWindow(path);
}
