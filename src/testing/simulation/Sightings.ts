/** States that a set of runs must have reached, or it proved less than it seems to: seen from outside, each by its name. */
export const namedStates = [
  'reply of a cloud write lost',
  'cloud write refused before it happened',
  'request timed out before it happened',
  'request repeated by the network',
  'cloud asked to be left alone',
  'conditional write refused without a rival',
  'head lost to another device',
  'checkpoint raced',
  'large commit',
  'first creation lost its reply',
  'local write failed',
  'local write torn',
  'local disk full',
  'cloud read-only',
  'device cut off from the cloud',
  'crash at a request, not applied',
  'crash at a request, applied',
  'crash with a cloud write under way',
  'crash between local write and push',
  'crash while opening',
  'restart with an outbox',
  'reopened after unload',
  'vanished with something unsynced',
  'slept past retention',
  'suspended with a request under way',
  'clock set back',
  'edit under a frozen clock',
  'equal stamps on two devices',
  'same id created on two devices',
  'edit while a sync runs',
  'edit of an unloaded key',
  'hydrated on access',
  'deletion of an unloaded key',
  'move',
  'clear',
  'batch seen whole elsewhere',
  'conflict, local won',
  'conflict, remote won',
  'edit lost to a deletion',
  'tombstone collected',
  'cloud taken away and given back',
  'moved to another cloud',
  'offline by choice and back',
  'stale read',
] as const;

/** The same for runs in which the device keeps only a part, and some of that only for a while. */
export const retentionStates = ['taken away to make room', 'read while it was away', 'over by itself'] as const;

/** The same for runs in which keys are kept in pages although they are small. */
export const pagingStates = ['key in pages on a device', 'key in pages in the cloud'] as const;

/** One of the states that `sightings` counts. */
export type NamedState = (typeof namedStates | typeof retentionStates | typeof pagingStates)[number];

export class Sightings {
  readonly #counts = new Map<NamedState, number>();
  /** Requests that did not go as they should. */
  faults = 0;

  see(state: NamedState): void {
    this.#counts.set(state, this.count(state) + 1);
  }

  count(state: NamedState): number {
    return this.#counts.get(state) ?? 0;
  }

  get counts(): ReadonlyMap<NamedState, number> {
    return this.#counts;
  }
}
