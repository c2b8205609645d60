import { silentLogger } from '../../adapters/consoleLog.ts';
import type { SyncOptions } from '../../interfaces/SyncTypes.ts';
import type { Device } from './Device.ts';
import { partsOf, type Write } from './History.ts';
import { LifeEnvironment } from './LifeEnvironment.ts';
import { Lifetime } from './Lifetime.ts';
import { OutcomeWatch } from './OutcomeWatch.ts';
import { Requests } from './Requests.ts';
import { SimulatedBucket } from './SimulatedBucket.ts';
import type { SimulatedData } from './SimulatedData.ts';
import { SimulatedPersistence } from './SimulatedPersistence.ts';
import { Watcher } from './Watcher.ts';

const reopenMs = 1_000;

/** One process of a device: the app with its data open, and the calls that it waits for. */
export class Life {
  readonly device: Device;
  readonly time: Lifetime;
  readonly environment: LifeEnvironment;
  readonly requests: Requests;
  /** What the app waits for, by name. */
  readonly calls: Map<Promise<unknown>, string> = new Map();
  readonly local: unknown;
  data: SimulatedData | null = null;
  watcher: Watcher | null = null;
  isEnding = false;
  /** The app has taken the cloud away. */
  isCloudless = false;

  constructor(device: Device) {
    const { setting, clock, plan, disk, objects, machine } = device;
    const isTab = (setting.plan.tabs ?? 1) > 1;
    this.device = device;
    this.time = new Lifetime(setting.world);
    this.environment = new LifeEnvironment({
      life: this.time,
      clock,
      chance: () => device.libraryChance,
      tabs: isTab ? machine.tabs.open(this.time) : undefined,
    });
    this.requests = new Requests({
      device: device.number,
      life: this.time,
      trace: setting.trace,
      sightings: setting.sightings,
      weather: device.weather,
      rates: setting.rates,
      chance: () => device.requestChance,
      isLocalInstant: setting.plan.isLocalInstant,
      onCrash: () => device.crash(),
      onLeave: (ms) => device.leave(ms),
      onOutcome: new OutcomeWatch(device).listener,
    });
    const { requests } = this;
    const { over } = this.time;
    const how = { requests, medium: 'local', pageRecords: setting.pageRecords } as const;
    this.local =
      plan.local === 'bucket'
        ? new SimulatedBucket({ ...how, objects, lock: { of: machine.lock, over } })
        : new SimulatedPersistence({ ...how, disk, abilities: plan.local, over, isShared: isTab });
  }

  get isOpen(): boolean {
    return this.data !== null;
  }

  /** Failures are expected where requests fail: an app shows them, and tries again. */
  open(): void {
    const { setting, number } = this.device;
    const { history, sightings, plan, options } = setting;
    const cloud = this.#connect();
    if (history.hasUnsynced(number, 'saved') && setting.cloud !== null) sightings.see('restart with an outbox');
    const opening = setting.open({
      prefix: 'app',
      logger: silentLogger,
      ...options,
      local: this.local as never,
      ...(cloud !== null && { cloud: cloud as never }),
      ...(cloud !== null && { sync: this.#sync }),
      environment: this.environment,
      intervals: { pullMs: plan.pullMs, ...options.intervals },
    });
    this.#follow(
      'open',
      opening.then((data) => this.#begin(data)),
      () => this.time.after(reopenMs, () => this.open()),
    );
  }

  /** Calls the library as an app does; what it rejects with is looked at, and then forgotten. */
  call(name: string, work: (data: SimulatedData) => unknown): void {
    const { data } = this;
    if (data === null || this.isEnding || this.time.isAsleep) return;
    try {
      const result = work(data);
      if (result instanceof Promise) this.#follow(name, result);
    } catch (error) {
      this.judge(name, error);
    }
  }

  /** Flushes and closes; `onDone` also when it failed and the app gives up. */
  unload(onDone: () => void): void {
    const { data } = this;
    if (data === null) return;
    this.isEnding = true;
    const confirm = this.device.setting.history.mark(this.device.number);
    const done = data.unload().then(() => void confirm('saved'));
    this.#follow('unload', done.then(onDone), () => {
      this.isEnding = false;
    });
  }

  /** The user has signed in again. */
  giveCloudBack(): void {
    const { data } = this;
    if (data?.setCloud === undefined || this.isEnding) return;
    const given = data.setCloud(this.#connect(), this.#sync).then(() => {
      this.isCloudless = false;
      this.#arrive();
    });
    this.#follow('setCloud', given, () => this.time.after(reopenMs, () => this.giveCloudBack()));
  }

  /** To the next cloud. Until it was in step with that, it has to be said each time that it is another one. */
  moveOn(): void {
    const { cloud } = this.device;
    if (cloud?.next === undefined) return;
    this.device.cloud = cloud.next;
    this.device.isNewThere = true;
    this.giveCloudBack();
  }

  /** What the cloud has confirmed may have been given another stamp on the way. */
  learnStamps(writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.mark === null) continue;
      const { entityName, id } = partsOf(write.place);
      const found = this.data?.repo(entityName).peek(id);
      if (found?.mark === write.mark) write.stamp = found.updatedAt.getTime();
      else if (this.device.setting.isWild) write.stamp = null;
    }
  }

  end(): void {
    this.time.end();
    this.requests.end();
    this.watcher?.end();
  }

  get #sync(): SyncOptions {
    const { isReader, isNewThere, setting } = this.device;
    return {
      ...setting.options.sync,
      ...(isReader && { direction: 'pull' }),
      ...(isNewThere && { startOver: true }),
    };
  }

  #connect(): unknown {
    const { cloud, requestChance } = this.device;
    const who = { device: this.device.number, environment: this.environment };
    return cloud?.connect(this.requests, this.time.over, () => 1 + requestChance.below(3), who) ?? null;
  }

  #begin(data: SimulatedData): void {
    if (this.time.isOver) return;
    this.data = data;
    this.watcher = new Watcher(this.device, this, data);
    this.#arrive();
  }

  #arrive(): void {
    const { device } = this;
    const { cloud } = device;
    if (!device.isNewThere) return;
    this.call('arrive', async (data) => {
      await data.sync?.pull();
      // What it knew of the cloud before is there now.
      if (!device.isReader) await data.sync?.push();
      if (device.cloud === cloud) device.isNewThere = false;
    });
  }

  #follow(name: string, result: Promise<unknown>, onFailure: () => void = () => {}): void {
    this.calls.set(result, name);
    const settled = result.then(
      () => this.#note(name, 'ok'),
      (error: unknown) => {
        if (this.time.isOver) return;
        this.judge(name, error);
        onFailure();
      },
    );
    void settled.then(() => this.calls.delete(result));
  }

  /** A `TierSyncError` is what the library promises to reject with; anything else is a defect. */
  judge(name: string, error: unknown): void {
    const { name: kind, code, message } = Object(error) as { name?: unknown; code?: unknown; message?: unknown };
    this.#note(name, String(code));
    if (kind === 'TierSyncError') return;
    const stack = error instanceof Error ? error.stack : '';
    this.device.setting.violations.report('ER', `${name} failed with ${kind}: ${message} ${stack}`, this.device.number);
  }

  #note(name: string, outcome: string): void {
    const { setting, number } = this.device;
    setting.trace.note(`${setting.world.time} ${number} ${name} ${outcome}`);
  }
}
