import type { DataEvent } from '../../interfaces/DataEvent.ts';
import { ConflictWatch } from './ConflictWatch.ts';
import type { Device } from './Device.ts';
import type { Life } from './Life.ts';
import { ListWatch } from './ListWatch.ts';
import { SetWatch } from './SetWatch.ts';
import type { Marked, SimulatedData } from './SimulatedData.ts';
import { VersionWatch } from './VersionWatch.ts';

const retryMs = 1_000;

/** An app that listens to everything its data tells it: each part checks one thing of it. */
export class Watcher {
  readonly lists: ListWatch;
  readonly versions: VersionWatch;
  readonly #sets: SetWatch;
  readonly #conflicts: ConflictWatch;
  readonly #life: Life;
  readonly #data: SimulatedData;
  readonly #subscriptions: { unsubscribe(): void }[] = [];

  constructor(device: Device, life: Life, data: SimulatedData) {
    this.#life = life;
    this.#data = data;
    this.versions = new VersionWatch(device, life);
    this.#sets = new SetWatch(device, data);
    this.#conflicts = new ConflictWatch(device);
    this.lists = new ListWatch(device);
    this.#subscriptions.push(data.events$.subscribe({ next: (event) => this.#hear(event) }));
    if (data.sync) {
      this.#subscriptions.push(data.sync.conflicts$.subscribe({ next: (list) => this.#conflicts.hear(list) }));
    }
    if (!device.plan.isWatching) return;
    for (const name of Object.keys(device.setting.entities)) this.#watch(data, name);
  }

  end(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  /** A live query that could not be read has ended; an app asks again. */
  #watch(data: SimulatedData, name: string): void {
    this.lists.begin(name);
    const again = (error: unknown): void => {
      this.#life.judge(`all ${name}`, error);
      this.#life.time.after(retryMs, () => {
        if (!this.#life.isEnding) this.#watch(data, name);
      });
    };
    const observer = { next: (list: readonly Marked[]) => this.lists.hear(name, list), error: again };
    this.#subscriptions.push(data.repo(name).observeAll().subscribe(observer));
  }

  #hear(event: DataEvent): void {
    if (this.#life.time.isOver) return;
    if (event.type === 'evicted') this.versions.noteEvicted(this.#data, event.ids);
    if (event.type !== 'changed') return;
    for (const change of event.changes) {
      if (event.source === 'user') this.versions.note(change);
      else if (event.source !== 'expiry') this.#conflicts.compare(change);
      this.versions.follow(change, event.source);
    }
    if (event.source === 'expiry') this.#life.device.setting.sightings.see('over by itself');
    if (event.source === 'sync') this.#sets.check(event.changes);
  }
}
