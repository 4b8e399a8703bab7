// The clock of the service, shown on this device: what counts is its time, not the phone's.
const KEPT = 'rugdekking.clock';

class Clock {
  private ahead = 0;
  now = $state(Date.now());
  /** When the service last told the time, in an earlier opening of the app too. */
  told = Date.now();

  constructor() {
    this.recall();
    setInterval(() => this.tick(), 1000);
  }

  /** The service says that it is `at`. */
  set(at: string): void {
    this.ahead = Date.parse(at) - Date.now();
    this.told = Date.parse(at);
    this.tick();
    try {
      localStorage.setItem(KEPT, JSON.stringify({ ahead: this.ahead, told: this.told }));
    } catch {
      // Without storage the phone's own clock counts until the service tells the time.
    }
  }

  /** The present moment, not the last tick. */
  at(): string {
    return new Date(Date.now() + this.ahead).toISOString();
  }

  /** What the service's clock said when this device's said `moment`. */
  of(moment: number): number {
    // Read, so that it is told anew when the service's clock was set.
    return this.now && moment + this.ahead;
  }

  private tick(): void {
    this.now = Date.now() + this.ahead;
  }

  /** A phone that opens the app without a connection still knows how far its clock is off. */
  private recall(): void {
    try {
      const { ahead, told } = JSON.parse(localStorage.getItem(KEPT) ?? 'null') as { ahead: number; told: number };
      if (!Number.isFinite(ahead) || !Number.isFinite(told)) return;
      [this.ahead, this.told] = [ahead, told];
      this.tick();
    } catch {
      // Nothing was kept.
    }
  }
}

export const clock = new Clock();
