// My own newest visits, loaded once for the pages that show them.
import { latestVisits } from '../api/visits';
import type { Visit } from '../api/types';
import { Loaded } from './loaded.svelte';

let whose = '';
let loaded: Loaded<Visit[]> | undefined;

/** The visits of this person; those of whoever was here before are let go. */
export function visitsOf(person: string): Loaded<Visit[]> {
  if (!loaded || whose !== person) {
    loaded = new Loaded(latestVisits);
    whose = person;
  }
  return loaded;
}
