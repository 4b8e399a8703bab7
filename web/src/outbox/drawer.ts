// Where taps and visits lie on this phone: IndexedDB, shared with the service worker.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Visit } from '../api/types';
import type { Tap } from './tap';

/** A visit as the service last told it to this person. */
export interface KeptVisit {
  id: string;
  person: string;
  visit: Visit;
}

interface Shape extends DBSchema {
  taps: { key: string; value: Tap };
  visits: { key: string; value: KeptVisit };
  /** Who is signed in here, for the service worker. */
  about: { key: string; value: string };
}

/** A phone whose storage hangs must not keep a call for help waiting. */
const PATIENCE_MS = 1500;

let opened: Promise<IDBPDatabase<Shape>> | undefined;

function open(): Promise<IDBPDatabase<Shape>> {
  opened ??= openDB<Shape>('rugdekking', 1, {
    upgrade(db) {
      db.createObjectStore('taps', { keyPath: 'key' });
      db.createObjectStore('visits', { keyPath: 'id' });
      db.createObjectStore('about');
    },
    blocking: (_, __, event) => {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated: () => (opened = undefined),
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

/** Does something with the store, or says that the store fails. */
async function within<T>(work: (db: IDBPDatabase<Shape>) => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error('the store does not answer')), PATIENCE_MS);
  });
  try {
    return await Promise.race([open().then(work), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Taps that the store refused: they live as long as the page does, which is better than not at all. */
const loose = new Map<string, Tap>();

export const taps = {
  async all(): Promise<Tap[]> {
    const stored = await within((db) => db.getAll('taps')).catch(() => []);
    const known = new Set(stored.map(({ key }) => key));
    return [...stored, ...[...loose.values()].filter(({ key }) => !known.has(key))];
  },

  async put(tap: Tap): Promise<void> {
    await within((db) => db.put('taps', tap)).catch(() => loose.set(tap.key, tap));
  },

  /** Changes a tap that is still there; one that was sent in between stays gone. */
  async change(key: string, change: (tap: Tap) => Tap): Promise<void> {
    const held = loose.get(key);
    if (held) loose.set(key, change(held));
    await within(async (db) => {
      const tx = db.transaction('taps', 'readwrite');
      const tap = await tx.store.get(key);
      if (tap) await tx.store.put(change(tap));
      await tx.done;
    }).catch(() => undefined);
  },

  async remove(key: string): Promise<void> {
    loose.delete(key);
    await within((db) => db.delete('taps', key)).catch(() => undefined);
  },
};

export const visits = {
  all: (): Promise<KeptVisit[]> => within((db) => db.getAll('visits')).catch(() => []),
  put: (kept: KeptVisit): Promise<unknown> => within((db) => db.put('visits', kept)).catch(() => undefined),
  remove: (id: string): Promise<unknown> => within((db) => db.delete('visits', id)).catch(() => undefined),
};

const WHO = 'who';
export const who = {
  get: (): Promise<string | undefined> => within((db) => db.get('about', WHO)).catch(() => undefined),
  set: (id: string | null): Promise<unknown> =>
    within((db): Promise<unknown> => (id ? db.put('about', id, WHO) : db.delete('about', WHO))).catch(() => undefined),
};
