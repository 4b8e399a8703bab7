// What makes a PIN a good one; the service decides, this says it at once.
export type PinFault = 'short' | 'easy' | 'alike' | 'differs';

/** One digit over and over, or counting up or down. */
function isEasy(pin: string): boolean {
  const steps = [...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i]));
  return [0, 1, -1].some((step) => steps.every((one) => one === step));
}

export function pinFault(pin: string, other?: string): PinFault | null {
  if (!/^\d{4,6}$/.test(pin)) return 'short';
  if (isEasy(pin)) return 'easy';
  return pin === other ? 'alike' : null;
}
