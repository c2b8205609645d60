import type { Device } from './Device.ts';
import { Device as NewDevice } from './Device.ts';
import { partsOf } from './History.ts';
import type { Life } from './Life.ts';
import { textOf } from './ListWatch.ts';
import { liftPermits } from './liftPermits.ts';
import { checkEnd, type Holdings, readAll } from './lookAtAll.ts';
import type { Setting, SimulatedCloud } from './Setting.ts';
import type { SimulatedData } from './SimulatedData.ts';

const minute = 60_000;
const patienceMs = 30 * minute;

export interface HealOptions {
  /** How many syncs are tried when there is nothing to do. */
  readonly quietSyncs: number;
}

/** Everything works again: now all devices must agree, soon, and everything confirmed must be there. */
export async function heal(setting: Setting, devices: readonly Device[], options: HealOptions): Promise<void> {
  const here = devices.filter((device) => !device.hasVanished);
  await bringBack(setting, here);
  for (let cloud = setting.cloud; cloud?.next !== undefined; cloud = cloud.next) await moveOn(setting, here, cloud);
  if (setting.violations.list.length > 0) return;
  if (setting.cloud === null) {
    for (const device of here) await checkAlone(setting, device, devices);
    return;
  }
  const { lastExpiry } = setting.history;
  if (lastExpiry !== null) await setting.world.runUntil(Math.max(setting.world.time, lastExpiry + 20 * minute));
  if (setting.cloud.permits !== undefined) {
    const syncAll = async (when: string): Promise<void> => {
      for (const device of here) await sync(setting, device, when);
    };
    await liftPermits(setting, here, setting.cloud.permits, syncAll);
  }
  for (let round = 1; round <= 2; round++) for (const device of here) await sync(setting, device, `round ${round}`);
  const fresh = new NewDevice(devices.length, freshPlan, setting);
  // Where they all have gone, if somebody is left or not.
  while (fresh.cloud?.next !== undefined) fresh.cloud = fresh.cloud.next;
  fresh.start();
  await bringBack(setting, [fresh]);
  await sync(setting, fresh, 'as a new device');
  if (setting.violations.list.length > 0) return;
  await compareAll(setting, devices, [...here, fresh]);
  // Whoever came last may have tidied up, of which the others have not heard.
  for (const device of [...here, fresh]) await demand(device, 'the last sync', async (data) => data.sync?.pull());
  await checkQuiet(setting, [...here, fresh], options.quietSyncs);
}

const freshPlan = {
  clock: { skewMs: 0, grainMs: 1 },
  local: { storeMany: true, listKeys: true, setAside: true, exclusive: true },
  isWatching: false,
} as const;

async function bringBack(setting: Setting, devices: readonly Device[]): Promise<void> {
  const { world, violations } = setting;
  for (const device of devices) {
    device.weather.clear();
    device.clock.setStuck(false);
    device.start();
    device.life?.time.wake();
    device.life?.requests.forgetDoom();
    device.life?.environment.setOnline(true);
  }
  await world.runUntil(world.time + 2 * minute);
  for (const device of devices) {
    device.start();
    if (device.life?.isCloudless) device.life.giveCloudBack();
    device.life?.call('goOnline', (data) => data.sync?.goOnline());
  }
  await world.runUntil(world.time + 3 * minute);
  for (const { number, life } of devices) {
    const hanging = [...(life?.calls.values() ?? [])];
    if (!life?.isOpen) violations.report('P9', 'could not be opened although everything works', number);
    else if (hanging.length > 0) violations.report('P9', `never answered: ${hanging.join(', ')}`, number);
  }
}

/** Whoever is still there moves to the next cloud. */
async function moveOn(setting: Setting, devices: readonly Device[], from: SimulatedCloud): Promise<void> {
  const left = devices.filter(({ cloud }) => cloud === from);
  for (const device of left) device.life?.moveOn();
  await setting.world.runUntil(setting.world.time + 3 * minute);
  for (const device of left) {
    if (device.isNewThere) setting.violations.report('P9', 'could not move to another cloud', device.number);
  }
}

/** A call that must succeed now. */
async function demand<T>(device: Device, what: string, work: (data: SimulatedData) => Promise<T>): Promise<T | null> {
  const { setting, life, number } = device;
  if (life?.data == null) return null;
  const call = work(life.data);
  const isSettled = await setting.world.runUntilSettled(call, patienceMs);
  if (!isSettled) {
    setting.violations.report('P9', `${what} does not end although everything works`, number);
    return null;
  }
  return call.catch((error: unknown) => {
    setting.violations.report('P1', `${what} fails although everything works: ${String(error)}`, number);
    return null;
  });
}

async function sync(setting: Setting, device: Device, when: string): Promise<void> {
  await demand(device, `flush, ${when}`, (data) => data.flush());
  if (device.isReader) {
    await demand(device, `pull, ${when}`, async (data) => data.sync?.pull());
  } else if (setting.hasStaleReads) {
    await demand(device, `sync, ${when}`, async (data) => data.sync?.forceSync());
  } else {
    // Not by force: comparing everything would repair what should not have happened.
    await demand(device, `pull, ${when}`, async (data) => data.sync?.pull());
    await demand(device, `push, ${when}`, async (data) => data.sync?.push());
  }
  await setting.world.runUntil(setting.world.time + 1_000);
}

async function compareAll(setting: Setting, all: readonly Device[], devices: readonly Device[]): Promise<void> {
  let first: { readonly device: Device; readonly holdings: Holdings } | null = null;
  for (const device of devices) {
    const holdings = await demand(device, 'reading everything', () => readAll(setting, device.life as Life));
    if (holdings === null) return;
    first ??= { device, holdings };
    const difference = firstDifference(first.holdings, holdings, setting);
    if (difference !== null) {
      const what = `device ${first.device.number} and device ${device.number} differ: ${difference}`;
      setting.violations.report('P1', what, device.number);
    }
  }
  for (const { place, mark, device } of setting.lostEdits.untold((number) => all[number]?.hasVanished ?? false)) {
    const what = `${place}: ${mark} lost to a version that did not know it, and no conflict tells of it`;
    setting.violations.report('P10', what, device);
  }
  if (first !== null) checkEnd(setting, all, first.holdings, null);
}

/** Without a cloud: what is on a device is there again after a restart. */
async function checkAlone(setting: Setting, device: Device, all: readonly Device[]): Promise<void> {
  await demand(device, 'flush', (data) => data.flush());
  const before = await demand(device, 'reading everything', () => readAll(setting, device.life as Life));
  device.crash(null);
  device.start();
  await setting.world.runUntil(setting.world.time + minute);
  const after = await demand(device, 'reading everything', () => readAll(setting, device.life as Life));
  if (before === null || after === null) return;
  const difference = firstDifference(before, after, null);
  if (difference !== null) setting.violations.report('P2', `after a restart: ${difference}`, device.number);
  checkEnd(setting, all, after, device.number);
}

/** When there is nothing new a sync writes nothing. */
async function checkQuiet(setting: Setting, devices: readonly Device[], syncs: number): Promise<void> {
  const { violations } = setting;
  if (violations.list.length > 0) return;
  for (const device of devices) {
    const { cloud } = device;
    if (cloud === null) return;
    const local = device.disk.writes + device.objects.writes;
    const before = { writes: cloud.writes, local };
    for (let number = 0; number < syncs; number++) {
      await demand(device, 'sync with nothing to do', async (data) => data.sync?.pull());
    }
    const writes = cloud.writes - before.writes;
    const locally = device.disk.writes + device.objects.writes - before.local;
    if (writes > 0 || locally > 0) {
      const what = `${syncs} syncs with nothing to do wrote ${writes} times to the cloud, ${locally} times locally`;
      violations.report('P11', what, device.number);
    }
  }
}

/** Between two devices, of what they share; null: between two states of one. */
function firstDifference(one: Holdings, other: Holdings, setting: Setting | null): string | null {
  for (const place of new Set([...one.keys(), ...other.keys()])) {
    if (setting?.isShared(partsOf(place).entityName) === false) continue;
    const [a, b] = [one, other].map((holdings) =>
      textOf([holdings.get(place)].filter((entity) => entity !== undefined)),
    );
    if (a !== b) return `${place} is ${a || 'absent'} here and ${b || 'absent'} there`;
  }
  return null;
}
