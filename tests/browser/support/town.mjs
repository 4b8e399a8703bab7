// What others do in the demo while a page is looked at: asked of the service itself, as any client would.
import { randomUUID } from 'node:crypto';
import { request } from './demo.mjs';

const MOBILE = { worker: '+31612345678', colleague: '+31687654321' };

export class Town {
  constructor(url) {
    this.url = url;
    this.tokens = new Map();
  }

  /** Somebody asks the service something; it must be granted. */
  async ask(persona, method, path, body) {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID(), Authorization: `Bearer ${await this.token(persona)}` };
    const answer = await request(`${this.url}/v1${path}`, { method, headers, body: body ? JSON.stringify(body) : undefined });
    return answer.json();
  }

  async token(persona) {
    if (!this.tokens.has(persona)) {
      const headers = { 'Content-Type': 'application/json' };
      const signedIn = await request(`${this.url}/demo/sign-in`, { method: 'POST', headers, body: JSON.stringify({ persona }) });
      this.tokens.set(persona, (await signedIn.json()).token);
    }
    return this.tokens.get(persona);
  }

  /** The time of the service, `minutes` from now. */
  async at(minutes = 0) {
    const { now } = await this.ask('worker', 'GET', '/me');
    return new Date(Date.parse(now) + minutes * 60_000).toISOString();
  }

  /** Somebody registers a visit, and goes at once unless it is later. */
  async visits(persona, { later = 0, ...more } = {}) {
    const address = { street: 'Proefstraat', houseNumber: 9, postcode: '7523 ZZ', city: 'Voorbeeldstad' };
    const visit = await this.ask(persona, 'POST', '/visits', {
      kind: 'home-visit',
      startsAt: await this.at(later),
      expectedMinutes: 60,
      mobile: MOBILE[persona],
      residents: [{ name: 'T. Proefpersoon', address }],
      background: 'Aanvraag voor een traplift.',
      ...more,
    });
    return later ? visit : this.ask(persona, 'POST', `/visits/${visit.id}/start`, {});
  }

  /** Calls for help; answers with the alarm as a manager sees it. */
  async panics(persona, visit) {
    const { id } = await this.ask(persona, 'POST', `/visits/${visit.id}/alarm`, {});
    return this.alarm(id);
  }

  alarm(id) {
    return this.ask('manager', 'GET', `/alarms/${id}`);
  }

  async alarmOf(visit) {
    const { alarm } = await this.ask('manager', 'GET', `/visits/${visit.id}`);
    return alarm && this.alarm(alarm.id);
  }

  async skip(minutes) {
    const headers = { 'Content-Type': 'application/json' };
    await request(`${this.url}/demo/skip`, { method: 'POST', headers, body: JSON.stringify({ seconds: minutes * 60 }) });
  }
}
