import { type ClockPlan, DeviceClock } from './DeviceClock.ts';
import { DeviceLock } from './DeviceLock.ts';
import { Disk } from './Disk.ts';
import { Objects } from './Objects.ts';
import type { Sightings } from './Sightings.ts';
import { SimulatedTabs } from './SimulatedTabs.ts';
import { Weather } from './Weather.ts';
import type { World } from './World.ts';

/** What outlives the processes of a device. The tabs of one browser share it. */
export class Machine {
  readonly clock: DeviceClock;
  readonly weather: Weather;
  readonly disk: Disk;
  readonly objects: Objects;
  readonly lock: DeviceLock = new DeviceLock();
  readonly tabs: SimulatedTabs = new SimulatedTabs();
  /** Bytes on its disk were spoiled: what was saved there may be lost. */
  wasTorn = false;

  constructor(world: World, clock: ClockPlan, sightings: Sightings) {
    this.clock = new DeviceClock(world, clock);
    this.weather = new Weather(sightings);
    this.disk = new Disk(() => world.time);
    this.objects = new Objects(() => world.time);
  }
}
