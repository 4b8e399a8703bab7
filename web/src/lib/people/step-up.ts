// Signing in again with an extra check, and back to the screen that asked for it.

/** The way there; the service takes no other way back than a screen of this app. */
export function stepUp(url: string, screen = location.hash.slice(1)): string {
  return `${url}&back=${encodeURIComponent(screen)}`;
}
