// My own newest visits, loaded once for the pages that show them.
import type { Visit } from '../../../api/types';
import { latestVisits } from '../../../api/visits/visits';
import { Resource } from '../../live/resource.svelte';

let whose = '';
let loaded: Resource<Visit[]> | undefined;

/** The visits of this person; those of whoever was here before are let go. */
export function visitsOf(person: string): Resource<Visit[]> {
  if (!loaded || whose !== person) {
    loaded = new Resource(latestVisits);
    whose = person;
  }
  return loaded;
}
