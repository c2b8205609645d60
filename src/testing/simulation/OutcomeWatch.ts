import type { Device } from './Device.ts';
import type { Outcome } from './fates.ts';
import type { Deed } from './Requests.ts';

/** How each kind of cloud is given something. */
const puts: ReadonlySet<string> = new Set(['put', 'push', 'storeData', 'storeMany', 'patchData', 'patchMany']);

const isPage = { local: /\$page\//, cloud: /\/data\/.*@\d+-[^@/]+\.\d+\.\d+$/ } as const;
const pagedStates = { local: 'key in pages on a device', cloud: 'key in pages in the cloud' } as const;

/** Looks at what became of the requests of one process, for the states that show there. */
export class OutcomeWatch {
  readonly #device: Device;
  #hasNewIndex = false;

  constructor(device: Device) {
    this.#device = device;
  }

  readonly listener = ({ medium, method, name }: Deed<unknown>, outcome: Outcome, result: unknown): void => {
    const { sightings, history } = this.#device.setting;
    if (outcome === 'torn') this.#device.machine.wasTorn = true;
    if (puts.has(method) && isPage[medium].test(name)) sightings.see(pagedStates[medium]);
    if (medium !== 'cloud' || !puts.has(method)) return;
    if (outcome === 'lostReply' || outcome === 'away') {
      const isFirst = history
        .ofDevice(this.#device.number)
        .some(({ level, base }) => level !== 'synced' && base === null);
      if (isFirst) sightings.see('first creation lost its reply');
    }
    if (name.includes('/index/')) this.#hasNewIndex = true;
    if (name.includes('/changes/')) sightings.see('large commit');
    if (!name.endsWith('/head')) return;
    if (result === 'conflict' && outcome === 'done') {
      sightings.see(this.#hasNewIndex ? 'checkpoint raced' : 'head lost to another device');
    }
    this.#hasNewIndex = false;
  };
}
