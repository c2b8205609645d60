// Waits for what is done by and by, while nothing else keeps the process alive: node waiting.mjs <what it waits for>
import { DataOrchestrator, MemoryBucket, MemoryStore, type OrchestratorOptions, silentLogger } from 'tiersync';

const started = Date.now();

/** All waits are a hundred times shorter. */
const device = (cloud: OrchestratorOptions['cloud'] & object) =>
  DataOrchestrator.create({
    prefix: 'app',
    cloud,
    logger: silentLogger,
    environment: {
      now: () => started + (Date.now() - started) * 100,
      setTimer: (work, afterMs) => setTimeout(work, afterMs / 100).unref(),
    },
  });

/** Another device is faster, once. */
class Raced extends MemoryBucket {
  other: (() => Promise<void>) | null = null;

  override async put(...[name, ...rest]: Parameters<MemoryBucket['put']>): ReturnType<MemoryBucket['put']> {
    const { other } = this;
    if (name.endsWith('/head')) this.other = null;
    if (name.endsWith('/head')) await other?.();
    return super.put(name, ...rest);
  }
}

class Silent extends MemoryBucket {
  override get(): Promise<never> {
    return new Promise(() => {});
  }
}

const waits: Record<string, () => Promise<void>> = {
  async race() {
    const cloud = new Raced();
    const [one, another] = await Promise.all([device(cloud), device(cloud)]);
    another.repo('Note').save({ text: 'one' });
    await another.flush('cloud');
    one.repo('Note').save({ text: 'two' });
    another.repo('Note').save({ text: 'three' });
    cloud.other = () => another.flush('cloud');
    await one.flush('cloud');
  },
  async settling() {
    const data = await device(new MemoryStore());
    data.repo('Note').save({ text: 'one' });
    await data.flush('cloud');
  },
  async reading() {
    const data = await device(new Silent());
    await data.repo('Note').get('global.1');
  },
};

await waits[process.argv[2] ?? '']?.();
console.log('done');
