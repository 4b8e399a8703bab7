// What the service tells of itself, to anybody: see `/health/ready`. A service that is not well answers 503, with the same body.
export type Unreadable = Record<string, number>;

/** How many rows of each table cannot be read; nothing when nobody can tell. */
export async function unreadableRows(): Promise<Unreadable> {
  try {
    const told = (await (await fetch('/health/ready')).json()) as { rows?: { unreadable?: Unreadable } };
    return told.rows?.unreadable ?? {};
  } catch {
    return {};
  }
}
