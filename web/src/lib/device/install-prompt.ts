// The browser's own offer to install the app, kept until somebody asks for it.
interface Offer extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

let offer: Offer | null = null;
const ears = new Set<(can: boolean) => void>();

function keep(now: Offer | null): void {
  offer = now;
  for (const ear of ears) ear(now !== null);
}

/** It comes once, soon after the start. */
export function keepInstallOffer(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    keep(event as Offer);
  });
  addEventListener('appinstalled', () => keep(null));
}

/** Tells whether there is an offer, now and when that changes; gives back how to stop. */
export function onOffer(ear: (can: boolean) => void): () => void {
  ears.add(ear);
  ear(offer !== null);
  return () => ears.delete(ear);
}

/** Asks the browser to install; says whether it did. */
export async function takeOffer(): Promise<boolean> {
  const answer = await offer?.prompt();
  keep(null);
  return answer?.outcome === 'accepted';
}
