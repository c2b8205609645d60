import type { Action, ActionType } from './actions.ts';
import type { Device } from './Device.ts';
import { partsOf, placeOf, type Write } from './History.ts';
import type { Life } from './Life.ts';
import { lookAtAll } from './lookAtAll.ts';
import { setMark, setSize } from './SetWatch.ts';
import type { SimulatedData } from './SimulatedData.ts';

type Of<Type extends ActionType> = Action & { readonly type: Type };
type Performer<Type extends ActionType> = (device: Device, action: Of<Type>, life: Life) => void;

/** Does what an action says, if the device is in a state to do it. */
export function perform(device: Device, action: Action): void {
  const { life } = device;
  if (life === null || life.time.isAsleep || life.isEnding || !life.isOpen) return;
  device.beginAction(action.number);
  (performers[action.type] as Performer<ActionType>)(device, action, life);
}

const performers: { readonly [Type in ActionType]: Performer<Type> } = {
  save: (device, action, life) =>
    life.call('save', (data) => {
      noteLoaded(life, data, action.name, action.id);
      save(device, data, action.name, action.id, contentOf(device, action, 0, action.isLarge));
    }),
  create: (device, action, life) =>
    life.call('create', (data) => {
      save(device, data, action.name, undefined, contentOf(device, action));
    }),
  update: (device, { name, id, ...action }, life) =>
    life.call('update', (data) => data.repo(name).update(id, contentOf(device, { ...action, name }))),
  delete: (_, { name, id }, life) => life.call('delete', (data) => remove(life, data, name, id)),
  get: (device, { name, id }, life) =>
    life.call('get', (data) => {
      if (data.repo(name).peek(id) === undefined) device.setting.sightings.see('hydrated on access');
      return data.repo(name).get(id);
    }),
  move: (device, { name, id, ...action }, life) =>
    life.call('move', async (data) => {
      // One that does not exist cannot be moved, and that is for the app to know.
      if ((await data.repo(name).get(id)) === null || life.time.isOver || life.isEnding) return;
      device.setting.sightings.see('move');
      await data.repo(name).move(id, contentOf(device, { ...action, name }));
    }),
  batch: (device, action, life) =>
    life.call('batch', (data) => {
      // What is over by now goes first, in an emission of its own.
      data.repo(action.name).peek('');
      const before = life.watcher?.lists.emissions ?? 0;
      data.batch(() => batch(device, life, data, action));
      const emissions = (life.watcher?.lists.emissions ?? 0) - before;
      if (emissions > 1) device.setting.violations.report('P7', `a batch led to ${emissions} emissions`, device.number);
    }),
  clear: (device, { name }, life) =>
    life.call('clear', (data) => {
      device.setting.sightings.see('clear');
      device.setting.history.noteClear(name, device.clock.now());
      for (const place of device.setting.history.places) {
        const { entityName, id } = partsOf(place);
        const isUnseen = entityName === name && data.repo(name).peek(id) === undefined;
        if (isUnseen) life.watcher?.versions.noteUnseenDeletion(place);
      }
      data.repo(name).clear();
    }),
  query: (_, { name }, life) => life.call('query', (data) => data.repo(name).getAll()),
  audit: (device, _, life) => life.call('audit', () => lookAtAll(device, life)),
  flush: (device, _, life) => life.call('flush', (data) => confirm(device, 'saved', data.flush())),
  flushCloud: (device, _, life) =>
    life.call('flush cloud', (data) => confirm(device, life.isCloudless ? null : 'synced', data.flush('cloud'))),
  forceSync: (_, __, life) => life.call('forceSync', (data) => data.sync?.forceSync()),
  push: (_, __, life) => life.call('push', (data) => data.sync?.push()),
  pull: (_, __, life) => life.call('pull', (data) => data.sync?.pull()),
  hide: (_, __, life) => life.environment.hide(),
  crash: (device) => device.crash(),
  vanish: (device) => {
    // Nobody is to take to the grave what others have not fetched from the cloud that they leave.
    if (device.cloud?.next === undefined && !device.isNewThere) device.vanish();
  },
  reopen: (device, { ms }) => device.reopenAfter(ms),
  suspend: (device, { ms }, life) => {
    if (life.requests.hasCloudRequest) device.setting.sightings.see('suspended with a request under way');
    if (ms > device.setting.retentionMs) device.setting.sightings.see('slept past retention');
    life.time.suspend(ms);
  },
  away: (device, { ms }) => {
    if (ms > device.setting.retentionMs) device.setting.sightings.see('slept past retention');
    device.crash(ms);
  },
  jump: (device, { ms }) => {
    if (ms < 0) device.setting.sightings.see('clock set back');
    device.clock.jump(ms);
  },
  doom: (_, { outcome, ms }, life) => life.requests.doomNext(outcome, ms),
  stuckClock: (device, { ms }) => {
    device.clock.setStuck(true);
    device.setting.world.after(ms, () => device.clock.setStuck(false));
  },
  permit: (device, { name, id, isGranted }) => device.setting.cloud?.permits?.set(device.number, name, id, isGranted),
  moveOn: (device, _, life) => {
    if (device.cloud?.next === undefined || life.isCloudless) return;
    device.setting.sightings.see('moved to another cloud');
    life.moveOn();
  },
  weather: (device, { kind, ms }) => {
    device.weather.set(kind, true);
    device.setting.world.after(ms, () => device.weather.set(kind, false));
  },
  network: (_, { ms }, life) => {
    life.environment.setOnline(false);
    life.time.after(ms, () => life.environment.setOnline(true));
  },
  offline: (device, { ms }, life) => {
    life.call('goOffline', (data) => data.sync?.goOffline());
    life.time.after(ms, () => {
      device.setting.sightings.see('offline by choice and back');
      life.call('goOnline', (data) => data.sync?.goOnline());
    });
  },
  noCloud: (device, { ms }, life) => {
    if (life.isCloudless) return;
    life.isCloudless = true;
    life.call('setCloud(null)', (data) => data.setCloud?.(null));
    life.time.after(ms, () => {
      device.setting.sightings.see('cloud taken away and given back');
      life.giveCloudBack();
    });
  },
};

/** What the app puts into an entity: its own fields, the mark that tells this write from all others, and its echo. */
function contentOf(device: Device, { number, name }: { number: number; name: string }, member = 0, isLarge = false) {
  const mark = `${number}.${member}`;
  const { setting } = device;
  const { fields, lastsMs } = setting.entities[name] ?? {};
  const lasts = setting.isWild ? null : (lastsMs?.(number) ?? null);
  const expiry = lasts === null ? {} : { expiresAt: new Date(setting.world.time + lasts) };
  return { ...fields?.(number), ...expiry, ...(isLarge && { ballast }), mark, end: mark };
}

const ballast = 'large '.repeat(1_500);

function save(device: Device, data: SimulatedData, name: string, id: string | undefined, content: object) {
  const repo = data.repo(name);
  const saved = repo.save(id === undefined ? content : { ...content, id });
  const found = repo.peek(saved)?.mark;
  const { mark } = content as { mark?: string };
  if (found !== mark) device.setting.violations.report('P8', `saved ${mark} and found ${found}`, device.number);
}

function remove(life: Life, data: SimulatedData, name: string, id: string): void {
  const place = placeOf(name, id);
  if (!noteLoaded(life, data, name, id)) life.watcher?.versions.noteUnseenDeletion(place);
  data.repo(name).delete(id);
}

function batch(device: Device, life: Life, data: SimulatedData, action: Of<'batch'>): void {
  const { name, number, ids, isNewSet } = action;
  if (isNewSet) {
    for (let member = 0; member < setSize; member++) {
      const mark = setMark(String(number), member);
      save(device, data, name, undefined, { ...contentOf(device, action), mark, end: mark });
    }
    return;
  }
  const wasUnseen = !data.repo(name).peek(ids[0] ?? '');
  // All of them first: an id that is saved twice is known the second time, but not what was there before.
  for (const id of ids) noteLoaded(life, data, name, id);
  for (const [member, id] of ids.entries()) save(device, data, name, id, contentOf(device, action, member));
  if (number % 3 !== 0) return;
  const [id = ''] = ids;
  // What is saved and deleted in one step leaves no event, and yet deletes what nobody had looked at.
  if (wasUnseen) life.watcher?.versions.noteUnseenDeletion(placeOf(name, id));
  data.repo(name).delete(id);
}

function noteLoaded(life: Life, data: SimulatedData, name: string, id: string): boolean {
  const isLoaded = data.repo(name).peek(id) !== undefined;
  const place = placeOf(name, id);
  if (isLoaded) life.watcher?.versions.unloaded.delete(place);
  else life.watcher?.versions.unloaded.add(place);
  return isLoaded;
}

/** What the app wrote before is confirmed if the call resolves. */
async function confirm(device: Device, level: 'saved' | 'synced' | null, call: Promise<void>): Promise<void> {
  const { life } = device;
  const raise = device.setting.history.mark(device.number);
  await call;
  // What was spoiled on the disk waits no more either.
  if (life === null || life.time.isOver || level === null || device.wasTorn) return;
  const { permits } = device.setting.cloud ?? {};
  // What may be refused is not waited for.
  const isWaitedFor = ({ place }: Write): boolean => {
    const { entityName, id } = partsOf(place);
    return !permits?.wasTaken(device.number, entityName, id);
  };
  const writes = level === 'synced' ? raise(level, isWaitedFor) : raise(level);
  if (level === 'synced') life.learnStamps(writes);
}
