// What makes a PIN a good one; the service decides, this says it at once.
export type PinFault = 'short' | 'answer' | 'easy' | 'alike' | 'near' | 'differs';

/** One digit over and over, or counting up or down. */
function isEasy(pin: string): boolean {
  const steps = [...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i]));
  return [0, 1, -1].some((step) => steps.every((one) => one === step));
}

export function pinFault(pin: string, other?: string): PinFault | null {
  if (!/^\d{4,6}$/.test(pin)) return 'short';
  if (/^[129]/.test(pin)) return 'answer';
  if (isEasy(pin)) return 'easy';
  if (other === undefined) return null;
  return pin === other ? 'alike' : isNear(pin, other) ? 'near' : null;
}

/** A slip of one finger makes one of the other. */
function isNear(pin: string, other: string): boolean {
  const both = [...pin].slice(0, other.length);
  return both.filter((digit, i) => digit !== other[i]).length < 2;
}
