import type { Device } from './Device.ts';
import { partsOf, placeOf } from './History.ts';
import type { Life } from './Life.ts';
import { readAll } from './lookAtAll.ts';
import type { Setting, SimulatedPermits } from './Setting.ts';
import type { SimulatedRefusal } from './SimulatedData.ts';

/**
 * Everything works again: no device holds what its user may not see, but for what was edited there and refused. Then all
 * is granted, what was refused is sent again, and from there on everybody is to hold everything.
 */
export async function liftPermits(
  setting: Setting,
  devices: readonly Device[],
  permits: SimulatedPermits,
  syncAll: (when: string) => Promise<void>,
): Promise<void> {
  for (const round of [1, 2]) await syncAll(`round ${round} of what is permitted`);
  for (const device of devices) await checkPermitted(setting, device, permits);
  await permits.giveAll();
  await syncAll('with everything permitted');
  for (const { life } of devices) {
    for (const refusal of refusalsOf(life)) refusal.retry();
  }
  await setting.world.runUntil(setting.world.time + 60_000);
}

async function checkPermitted(setting: Setting, { number, life }: Device, permits: SimulatedPermits): Promise<void> {
  if (life === null || setting.violations.list.length > 0) return;
  const reading = readAll(setting, life);
  await setting.world.runUntilSettled(reading, 60_000);
  const refused = new Set(refusalsOf(life).map(({ entityName, id }) => placeOf(entityName, id)));
  for (const place of (await reading)?.keys() ?? []) {
    const { entityName, id } = partsOf(place);
    if (!setting.isShared(entityName) || permits.may(number, entityName, id) || refused.has(place)) continue;
    setting.violations.report('SC', `${place} is here, and must not be seen here any more`, number);
  }
}

function refusalsOf(life: Life | null): readonly SimulatedRefusal[] {
  let refusals: readonly SimulatedRefusal[] = [];
  const watching = life?.data?.sync?.rejected$?.subscribe({ next: (list) => (refusals = list) });
  watching?.unsubscribe();
  return refusals;
}
