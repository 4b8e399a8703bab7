// The clock of the service, shown on this device: what counts is its time, not the phone's.
class Clock {
  private ahead = 0;
  now = $state(Date.now());

  constructor() {
    setInterval(() => this.tick(), 1000);
  }

  /** The service says that it is `at`. */
  set(at: string): void {
    this.ahead = Date.parse(at) - Date.now();
    this.tick();
  }

  /** The present moment, not the last tick. */
  at(): string {
    return new Date(Date.now() + this.ahead).toISOString();
  }

  private tick(): void {
    this.now = Date.now() + this.ahead;
  }
}

export const clock = new Clock();
