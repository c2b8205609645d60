import { auditPlace, findOver, findReturned } from './audit.ts';
import type { Device } from './Device.ts';
import { isAtLeast, partsOf, placeOf, type Write } from './History.ts';
import type { Life } from './Life.ts';
import type { Setting } from './Setting.ts';
import type { Marked } from './SimulatedData.ts';

/** Everything that a device holds, by place. */
export type Holdings = ReadonlyMap<string, Marked>;

/** Reads everything; null: the process ended meanwhile. */
export async function readAll(setting: Setting, life: Life): Promise<Holdings | null> {
  const found = new Map<string, Marked>();
  for (const entityName of Object.keys(setting.entities)) {
    const all = await life.data?.repo(entityName).getAll();
    if (all === undefined || life.time.isOver) return null;
    for (const entity of all) found.set(placeOf(entityName, entity.id), entity);
    if (life.data !== null && !life.isEnding) life.watcher?.lists.compare(entityName, all);
  }
  return found;
}

/** In the middle of a run: what was confirmed to this device must be there, or something later. */
export async function lookAtAll(device: Device, life: Life): Promise<void> {
  const { setting } = device;
  const found = new Map<string, Marked>();
  const partial = listenForPartial(life);
  for (const entityName of Object.keys(setting.entities)) {
    const all = await life.data?.repo(entityName).getAll();
    if (all === undefined || life.time.isOver) return;
    for (const entity of all) {
      found.set(placeOf(entityName, entity.id), entity);
      believeState(device, life, entityName, entity);
    }
    // Name by name: while others are read, more may be confirmed.
    const wasTaken = ({ place }: Write): boolean => {
      const { id } = partsOf(place);
      return setting.cloud?.permits?.wasTaken(device.number, entityName, id) === true;
    };
    const isMeant = (write: Write): boolean => isKeptBy(device, write) && !wasTaken(write) && !partial.has(write.place);
    checkConfirmed(setting, found, entityName, device.number, isMeant);
  }
  partial.end();
}

/** Where the library says that it does not have all, nothing can be said of what is not there. */
function listenForPartial({ data, device }: Life): { has(place: string): boolean; end(): void } {
  const keys = new Set<string>();
  const listening = data?.events$.subscribe({
    next: (event) => {
      if (event.type !== 'problem' || event.problem.code !== 'incomplete') return;
      device.setting.sightings.see('read while it was away');
      keys.add(event.problem.entityKey);
    },
  });
  const keyOf = (place: string): string => {
    const { id } = partsOf(place);
    return `app.${id.slice(0, id.lastIndexOf('.'))}`;
  };
  return { has: (place) => keys.has(keyOf(place)), end: () => listening?.unsubscribe() };
}

/** What the library calls synced counts as confirmed by the cloud. */
function believeState({ setting, number }: Device, life: Life, entityName: string, { id, mark }: Marked): void {
  const write = setting.history.find(placeOf(entityName, id), mark);
  const repo = life.data?.repo(entityName);
  if (setting.cloud === null || write?.device !== number || repo?.syncState(id) !== 'synced') return;
  const found = repo.peek(id);
  if (found?.mark !== mark) return;
  write.level = 'synced';
  write.stamp = found.updatedAt.getTime();
}

/** At the end: what was confirmed to anybody is there, and nothing that was deleted. */
export function checkEnd(setting: Setting, devices: readonly Device[], found: Holdings, only: number | null): void {
  const isKept = (write: Write): boolean => devices.some((device) => isKeptBy(device, write) && !device.hasVanished);
  const isLasting = (write: Write): boolean => isAtLeast(write, 'synced') || isKept(write);
  const isMeant = (write: Write): boolean => only === null || write.device === only;
  const names = Object.keys(setting.entities).filter((name) => only !== null || setting.isShared(name));
  for (const entityName of names) {
    checkConfirmed(setting, found, entityName, only, (write) => isMeant(write) && isLasting(write));
  }
  for (const [place, entity] of found) {
    if (only === null && !setting.isShared(partsOf(place).entityName)) continue;
    const over = findOver(entity, setting.world.time);
    if (over !== null) setting.violations.report('P4', `${place} ${over}`, only);
    // A policy may let an edit win over a deletion, and cannot know who had seen what.
    if (!setting.isLastWriteWins) continue;
    const returned = findReturned(entity, setting.history.of(place).filter(isMeant), isLasting);
    if (returned !== null) setting.violations.report('P4', `${place} ${returned}`, only);
  }
  const marks = new Map<string, string>();
  for (const [place, { mark }] of found) {
    const other = marks.get(mark);
    if (other !== undefined) setting.violations.report('P3', `${mark} is at ${other} and at ${place}`, only);
    marks.set(mark, place);
  }
}

function checkConfirmed(
  setting: Setting,
  found: Holdings,
  entityName: string,
  device: number | null,
  isConfirmed: (write: Write) => boolean,
): void {
  const { history, violations, isWild, isLastWriteWins } = setting;
  for (const place of history.places) {
    if (!place.startsWith(`${entityName} `)) continue;
    // What is not shared is known to one device alone.
    const writes = history.of(place).filter((write) => setting.isShared(entityName) || write.device === device);
    const clears = history.clearsOf(entityName);
    const now = setting.world.time;
    const rules = { isConfirmed, isWild, isLastWriteWins, clears, now };
    const wrong = auditPlace(found.get(place) ?? null, writes, rules);
    if (wrong !== null) violations.report('P2', `${place} ${wrong}`, device);
  }
}

function isKeptBy(device: Device, write: Write): boolean {
  return write.device === device.number && isAtLeast(write, device.wasTorn ? 'synced' : 'saved');
}
