/** How far a write is confirmed: not at all, durable on its device, or by the cloud. */
export type Level = 'memory' | 'saved' | 'synced';

const ranks: { readonly [L in Level]: number } = { memory: 0, saved: 1, synced: 2 };

/** One write of one app: an entity with its mark, or a deletion. */
export interface Write {
  readonly place: string;
  /** Null: a deletion. */
  readonly mark: string | null;
  readonly device: number;
  /** The mark of what it replaced; null: there was nothing; undefined: nobody knew. */
  readonly base: string | null | undefined;
  /** When it is stamped. Null: not known. */
  stamp: number | null;
  level: Level;
  /** When it is over by itself; null: never. */
  readonly expiresAt: number | null;
  /** It lost a conflict, and the app was told. */
  isReported: boolean;
  /** Its device crashed before it was confirmed: it may have survived, or not. */
  isAtRisk: boolean;
}

export const placeOf = (entityName: string, id: string): string => `${entityName} ${id}`;

export function partsOf(place: string): { entityName: string; id: string } {
  const cut = place.indexOf(' ');
  return { entityName: place.slice(0, cut), id: place.slice(cut + 1) };
}

/** Everything that the apps wrote and were told, in the order in which it happened: what may be found follows from it. */
export class History {
  readonly #places = new Map<string, Write[]>();
  readonly #marks = new Map<string, Write>();
  readonly #seen = new Map<string, string[]>();
  readonly #byDevice = new Map<number, Write[]>();
  readonly #clears = new Map<string, number[]>();

  note(write: Write): void {
    append(this.#places, write.place, write);
    append(this.#byDevice, write.device, write);
    if (write.mark !== null && !this.#marks.has(`${write.place} ${write.mark}`)) {
      this.#marks.set(`${write.place} ${write.mark}`, write);
    }
  }

  /** All entities of a name were deleted, also those that this device had not heard of. */
  noteClear(entityName: string, stamp: number): void {
    append(this.#clears, entityName, stamp);
  }

  clearsOf(entityName: string): readonly number[] {
    return this.#clears.get(entityName) ?? [];
  }

  /** When the last of all that is over by itself is; null: nothing is. */
  get lastExpiry(): number | null {
    const times = [...this.#places.values()].flat().flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]));
    return times.length === 0 ? null : Math.max(...times);
  }

  get places(): Iterable<string> {
    return this.#places.keys();
  }

  of(place: string): readonly Write[] {
    return this.#places.get(place) ?? [];
  }

  ofDevice(device: number): readonly Write[] {
    return this.#byDevice.get(device) ?? [];
  }

  /** The places that a batch wrote, with all writes to each. */
  setMembers(set: string): { entityName: string; id: string; writes: readonly Write[] }[] {
    const places = [...this.#places].filter(([, writes]) => writes.some(({ mark }) => mark?.startsWith(`${set}:`)));
    return places.map(([place, writes]) => ({ ...partsOf(place), writes }));
  }

  find(place: string, mark: string): Write | undefined {
    return this.#marks.get(`${place} ${mark}`);
  }

  /** The writes of a device up to now are confirmed so far once the function that it returns is called. */
  mark(device: number): (level: Level, isMeant?: (write: Write) => boolean) => readonly Write[] {
    // What died with an earlier process is not what this one is told about.
    const writes = this.ofDevice(device).filter(({ isAtRisk }) => !isAtRisk);
    return (level, isMeant = () => true) => {
      const meant = writes.filter(isMeant);
      for (const write of meant) if (ranks[write.level] < ranks[level]) write.level = level;
      return meant;
    };
  }

  /** The process that wrote them is gone. */
  crash(device: number): void {
    for (const write of this.ofDevice(device)) if (write.level === 'memory') write.isAtRisk = true;
  }

  /** Some writes of a device that its cloud has not confirmed. */
  hasUnsynced(device: number, level: Level): boolean {
    return this.ofDevice(device).some((write) => write.level === level);
  }

  /** A device holds this version now. */
  see(device: number, place: string, mark: string): void {
    append(this.#seen, `${device} ${place}`, mark);
  }

  /** What a device held of a place last, also before it was deleted there. */
  lastSeen(device: number, place: string): string | null {
    return this.#seen.get(`${device} ${place}`)?.at(-1) ?? null;
  }

  /** Whether whoever made this write may have known that version, by itself or through what it built on. */
  mayKnow(write: Write, mark: string): boolean {
    let at: Write | undefined = write;
    for (let steps = 0; at !== undefined && steps < 10_000; steps++) {
      if (at.base === undefined || at.base === mark || at.mark === mark) return true;
      if (this.#seen.get(`${at.device} ${write.place}`)?.includes(mark)) return true;
      at = at.base === null ? undefined : this.find(write.place, at.base);
    }
    return false;
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

export const isAtLeast = (write: Write, level: Level): boolean => ranks[write.level] >= ranks[level];
