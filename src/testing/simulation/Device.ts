import { Chance } from './Chance.ts';
import type { DeviceClock } from './DeviceClock.ts';
import type { Disk } from './Disk.ts';
import { Life } from './Life.ts';
import { Machine } from './Machine.ts';
import type { Objects } from './Objects.ts';
import type { DevicePlan } from './Plan.ts';
import type { Setting, SimulatedCloud } from './Setting.ts';
import type { Weather } from './Weather.ts';

/** One device, or one tab of a browser: the machine that it runs on, and the process that runs now. */
export class Device {
  readonly number: number;
  readonly setting: Setting;
  readonly plan: DevicePlan;
  readonly machine: Machine;
  /** Chance of its requests, and of what its library draws. */
  requestChance: Chance;
  libraryChance: Chance;
  life: Life | null = null;
  cloud: SimulatedCloud | null;
  /** It has changed clouds, and was not in step with this one yet. */
  isNewThere = false;
  hasVanished = false;
  hasCrashed = false;

  constructor(
    number: number,
    plan: DevicePlan,
    setting: Setting,
    machine: Machine = new Machine(setting.world, plan.clock, setting.sightings),
  ) {
    this.number = number;
    this.plan = plan;
    this.setting = setting;
    this.cloud = setting.cloud;
    this.machine = machine;
    this.requestChance = new Chance(setting.plan.seed, number, -1);
    this.libraryChance = new Chance(setting.plan.seed, number, -2);
  }

  get clock(): DeviceClock {
    return this.machine.clock;
  }

  get weather(): Weather {
    return this.machine.weather;
  }

  get disk(): Disk {
    return this.machine.disk;
  }

  get objects(): Objects {
    return this.machine.objects;
  }

  get wasTorn(): boolean {
    return this.machine.wasTorn;
  }

  /** What happens from now on depends on the action alone, so that leaving out another one changes as little as can be. */
  beginAction(number: number): void {
    const { seed } = this.setting.plan;
    this.requestChance = new Chance(seed, this.number, number, 1);
    this.libraryChance = new Chance(seed, this.number, number, 2);
  }

  get isReader(): boolean {
    const { plan, readers } = this.setting;
    return this.number < plan.devices.length && this.number >= plan.devices.length - readers;
  }

  /** A process starts, unless one runs. It tries again until it is open. */
  start(): void {
    if (this.life !== null || this.hasVanished) return;
    this.life = new Life(this);
    this.life.open();
  }

  startAfter(ms: number): void {
    this.setting.world.after(ms, () => this.start());
  }

  /** The process ends without notice; memory is lost. */
  crash(restartMs: number | null = this.requestChance.between(0, 60_000)): void {
    const { life, setting } = this;
    if (life === null) return;
    const { history, sightings } = setting;
    if (!life.isOpen) sightings.see('crash while opening');
    if (setting.cloud !== null && history.hasUnsynced(this.number, 'saved')) {
      sightings.see('crash between local write and push');
    }
    this.life = null;
    life.end();
    history.crash(this.number);
    this.hasCrashed = true;
    setting.trace.note(`${setting.world.time} ${this.number} crashed`);
    if (restartMs !== null) this.startAfter(restartMs);
  }

  /** It crashes, and is not used again before the cloud has forgotten what was deleted meanwhile. */
  leave(ms: number = Math.round(this.setting.retentionMs * (1 + 2 * this.requestChance.next()))): void {
    this.setting.sightings.see('slept past retention');
    this.crash(ms);
  }

  vanish(): void {
    if (this.setting.history.hasUnsynced(this.number, 'saved')) {
      this.setting.sightings.see('vanished with something unsynced');
    }
    this.hasVanished = true;
    this.crash(null);
  }

  /** The process ends as it should, and another one starts some time later. */
  reopenAfter(ms: number): void {
    const { life } = this;
    if (life?.data == null || life.isEnding) return;
    life.unload(() => {
      if (this.life !== life) return;
      this.life = null;
      life.end();
      this.setting.sightings.see('reopened after unload');
      this.startAfter(ms);
    });
  }
}
