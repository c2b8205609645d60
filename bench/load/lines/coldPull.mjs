import { atMost, ofProcess, told } from '../figures.mjs';

export const title = 'L5: a device without any data takes 100,000 records';

/** @param {import('../Stage.mjs').AnyStage} stage */
export async function run(stage) {
  const total = Math.round(100_000 * stage.scale);
  const server = await stage.startServer({ database: await stage.database() });
  const [writers, fresh] = [stage.startFleet(), stage.startFleet()];
  await writers.ask('open', { urls: [server.url], tenants: ['one'], count: 4 });
  const filled = await writers.ask('batches', { writers: 4, size: 500, total });
  await writers.kill();
  await fresh.ask('open', { urls: [server.url], tenants: ['one'], count: 1 });
  const before = await server.ask('rest');
  await server.ask('begin');
  const { records, seconds } = await fresh.ask('coldPull');
  const process = await server.ask('read');
  return {
    figures: [
      told('written, in batches of 500', filled.operations / filled.seconds, '/s'),
      atMost('records that were missing', filled.operations - records, '', 0),
      atMost('until it has everything', seconds, 's', 10),
      atMost('server: growth of the heap, garbage included', process.heapPeakMb - before.heapMb, 'MB', 64),
      ...ofProcess(process, await server.ask('rest')),
    ],
  };
}
