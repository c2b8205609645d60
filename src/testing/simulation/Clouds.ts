import { Disk } from './Disk.ts';
import { Objects } from './Objects.ts';
import type { Requests } from './Requests.ts';
import type { SimulatedCloud } from './Setting.ts';
import { SimulatedBucket } from './SimulatedBucket.ts';
import { type Abilities, SimulatedPersistence } from './SimulatedPersistence.ts';

/** A bucket that all devices share. */
export class BucketCloud implements SimulatedCloud {
  readonly objects: Objects;
  readonly #make: (bucket: SimulatedBucket) => unknown;

  constructor(now: () => number, make: (bucket: SimulatedBucket) => unknown) {
    this.objects = new Objects(now);
    this.#make = make;
  }

  get writes(): number {
    return this.objects.writes;
  }

  connect(requests: Requests): unknown {
    return this.#make(new SimulatedBucket({ objects: this.objects, requests, medium: 'cloud' }));
  }
}

/** A plain persistence as a cloud: no conditions, and an old version may be read. */
export class PersistenceCloud implements SimulatedCloud {
  readonly disk: Disk;
  readonly #abilities: Abilities;
  readonly #make: (persistence: SimulatedPersistence) => unknown;

  constructor(now: () => number, abilities: Abilities, make: (persistence: SimulatedPersistence) => unknown) {
    this.disk = new Disk(now);
    this.#abilities = abilities;
    this.#make = make;
  }

  get writes(): number {
    return this.disk.writes;
  }

  connect(requests: Requests, over: Promise<void>, staleness: () => number): unknown {
    const { disk } = this;
    const abilities = this.#abilities;
    return this.#make(new SimulatedPersistence({ disk, requests, medium: 'cloud', abilities, over, staleness }));
  }
}
