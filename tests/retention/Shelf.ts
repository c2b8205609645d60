import {
  DataOrchestrator,
  EntityKeyFieldStrategy,
  type IBucket,
  type IPersistence,
  MemoryBucket,
  type OrchestratorOptions,
} from 'tiersync';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { TextDisk } from '../support/TextDisk.ts';

export interface Item {
  shelf: string;
  text: string;
  retentionPriority?: number;
  expiresAt?: Date;
}

export type Local = IPersistence | IBucket;

/** Ids say where they belong. */
export const letters = (count: number): string => 'x'.repeat(count);

export interface DeviceOptions extends Partial<OrchestratorOptions> {
  readonly seed?: number;
}

/** Devices on one bucket, whose local tiers outlive them. Nothing is synced by itself. */
export class Shelf {
  readonly cloud = new MemoryBucket();
  readonly time = new TestEnvironment();
  #seed = 0;

  disk(): Local {
    return new TextDisk().open({ listKeys: true, storeMany: true });
  }

  async open(local: Local, options: DeviceOptions = {}) {
    this.#seed += 1;
    const environment = new TestEnvironment({ seed: this.#seed, time: this.time.now() });
    const data = await DataOrchestrator.create({
      prefix: 'app',
      strategy: new EntityKeyFieldStrategy('shelf'),
      environment,
      local,
      cloud: this.cloud,
      sync: { autoStart: false },
      ...options,
    });
    const items = data.repo<Item>('Item');
    const evicted: string[] = [];
    const problems: string[] = [];
    data.events$.subscribe((event) => {
      if (event.type === 'evicted') evicted.push(...event.ids.map(({ id }) => id));
      if (event.type === 'problem') problems.push(event.problem.code);
    });
    return { data, items, environment, evicted, problems };
  }
}
