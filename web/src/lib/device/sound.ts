// Sounds without files, and vibration. Both need a first touch of the page before the browser allows them.
export interface Note {
  hertz: number;
  ms: number;
  /** Silence before it. */
  wait?: number;
}

/** The tones of this app by name: notes one after the other. */
const TONES = {
  'check-in': [{ hertz: 660, ms: 160 }, { hertz: 880, ms: 160, wait: 60 }, { hertz: 660, ms: 220, wait: 60 }],
  alarm: [{ hertz: 587, ms: 320 }, { hertz: 880, ms: 480, wait: 40 }, { hertz: 587, ms: 320, wait: 180 }, { hertz: 880, ms: 480, wait: 40 }],
  'not-live': [{ hertz: 196, ms: 900 }],
  'sound-on': [{ hertz: 660, ms: 120 }],
} satisfies Record<string, Note[]>;

/** Patterns of vibration by name. */
const BUZZES = { soon: [120, 120, 120], now: [250, 120, 250, 120, 250], confirmed: [60] } satisfies Record<string, number[]>;

let context: AudioContext | undefined;
const listeners = new Set<(on: boolean) => void>();

/** Whether a tone would be heard now. */
export const sounds = (): boolean => context?.state === 'running';

/** Tells `changed` whenever the sound goes on or off; gives back how to stop. */
export function onSound(changed: (on: boolean) => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** Turns the sound on, as far as the browser allows it: it asks for a touch of the page first. */
export async function turnOn(): Promise<boolean> {
  if (!context && navigator.userActivation?.hasBeenActive === false) return false;
  try {
    if (!context) {
      context = new AudioContext();
      context.addEventListener('statechange', () => listeners.forEach((changed) => changed(sounds())));
    }
    await context.resume();
  } catch {
    // A device without sound vibrates and shows.
  }
  listeners.forEach((changed) => changed(sounds()));
  return sounds();
}

let primed = false;

/** Wakes the sound with each touch, so that it may sound later by itself. */
export function prime(): void {
  if (primed) return;
  primed = true;
  const wake = (): void => {
    if (!sounds()) void turnOn();
  };
  for (const touch of ['click', 'keydown'] as const) addEventListener(touch, wake, { passive: true, capture: true });
}

/** Plays notes; says whether there was any sound. */
export function tone(notes: readonly Note[], loudness = 0.25): boolean {
  if (!context || !sounds()) return false;
  let at = context.currentTime + 0.02;
  for (const { hertz, ms, wait = 0 } of notes) {
    at += wait / 1000;
    note(context, hertz, at, ms / 1000, loudness);
    at += ms / 1000;
  }
  return true;
}

/** A soft edge on both sides, so that it does not click. */
function note(audio: AudioContext, hertz: number, at: number, seconds: number, loudness: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loudness, at + 0.02);
  gain.gain.setValueAtTime(loudness, at + seconds - 0.03);
  gain.gain.linearRampToValueAtTime(0, at + seconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}

export const play = (name: keyof typeof TONES, loudness?: number): boolean => tone(TONES[name], loudness);

/** Vibrates, where the phone can and the browser allows it. */
export function buzz(name: keyof typeof BUZZES): void {
  if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(BUZZES[name]);
}
