// The sound of alarms on this device: whether it can be heard, and who has heard enough.
import { onSound, play, prime, sounds, turnOn } from '../device/sound';

class Siren {
  /** Whether a tone would be heard. */
  on = $state(sounds());
  /** Somebody knows that the feed is lost: no tone until it is back. */
  known = $state(false);

  constructor() {
    prime();
    onSound((on) => (this.on = on));
    void turnOn();
  }

  /** By the button: says with a short tone that it worked. */
  async turnOn(): Promise<void> {
    if (await turnOn()) play('sound-on');
  }
}

export const siren = new Siren();

/** Somebody handles the alarm on their screen: others do not push it away. */
class Handling {
  busy = $state(false);
}

export const handling = new Handling();
