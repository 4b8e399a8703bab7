// Switches notifications on and off on this device, and keeps the service up to date about it.
import { api, ask, type Answer } from '../../api/client';
import type { PushSubscription as Device } from '../../api/types';
import { asksInstalling, deviceName } from '../device/device-name';
import { keepNotified, notified } from './push-owner';

/** What this browser can do: notifications, after installing, not with what was answered to its question, or not at all. */
export type Able = 'yes' | 'install' | 'denied' | 'no';

export function able(): Able {
  const standalone = matchMedia('(display-mode: standalone)').matches;
  if (asksInstalling(navigator.userAgent, navigator.maxTouchPoints, standalone)) return 'install';
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) return 'no';
  return Notification.permission === 'denied' ? 'denied' : 'yes';
}

export const devices = (): Promise<Answer<{ items: Device[] }>> => ask(() => api.GET('/me/push-subscriptions'));

export const remove = (id: string): Promise<Answer<unknown>> =>
  ask(() => api.DELETE('/me/push-subscriptions/{id}', { params: { path: { id } } }));

export type TurnedOn = 'on' | 'denied' | 'failed';

/** Asks the browser, which asks the person; then tells the service where this device is reached. */
export async function turnOn(person: string): Promise<TurnedOn> {
  const allowed = await Notification.requestPermission();
  if (allowed !== 'granted') return 'denied';
  return (await subscribe(person)) ? 'on' : 'failed';
}

export async function turnOff(): Promise<boolean> {
  const known = notified();
  const gone = known ? await remove(known.device) : null;
  if (gone && !gone.ok && gone.problem.status !== 404) return false;
  await leave();
  return true;
}

/** After opening: this device is still there. Of somebody else's, nothing is shown any more. */
export async function stay(person: string): Promise<void> {
  const known = notified();
  if (!known || able() !== 'yes') return;
  if (known.person !== person) await leave();
  else if (Notification.permission === 'granted') await subscribe(person);
}

/** This browser shows nothing any more, whatever still comes. */
export async function leave(): Promise<void> {
  keepNotified(null);
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscribed = await registration?.pushManager?.getSubscription();
  await subscribed?.unsubscribe().catch(() => false);
}

async function subscribe(person: string): Promise<boolean> {
  const registration = await navigator.serviceWorker.getRegistration();
  const key = await ask(() => api.GET('/push/key'));
  if (!registration || !key.ok || !key.value.publicKey) return false;
  try {
    const subscribed = await subscribeTo(registration.pushManager, key.value.publicKey);
    const { endpoint, keys } = subscribed.toJSON();
    const { p256dh, auth } = keys ?? {};
    if (!endpoint || !p256dh || !auth) return false;
    const expiresAt = subscribed.expirationTime ? new Date(subscribed.expirationTime).toISOString() : null;
    const body = { endpoint, keys: { p256dh, auth }, label: deviceName(navigator.userAgent), expiresAt };
    const added = await ask((headers) => api.POST('/me/push-subscriptions', { body, headers }));
    if (added.ok) keepNotified({ person, device: added.value.id });
    return added.ok;
  } catch {
    // The browser cannot reach its push service, or does not want to.
    return false;
  }
}

/** A device that subscribed to another key must do so again. */
async function subscribeTo(manager: PushManager, applicationServerKey: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey };
  try {
    return await manager.subscribe(options);
  } catch (why) {
    const old = why instanceof DOMException && why.name === 'InvalidStateError' ? await manager.getSubscription() : null;
    if (!old) throw why;
    await old.unsubscribe();
    return manager.subscribe(options);
  }
}
