import { atMost, told } from '../figures.mjs';

export const title = 'L1: idle sockets that have signed in';

/** @param {import('../Stage.mjs').AnyStage} stage */
export async function run(stage, { seconds: quiet = 30 } = {}) {
  const count = Math.round(5_000 * stage.scale);
  const server = await stage.startServer({ database: await stage.database() });
  const fleet = stage.startFleet();
  const empty = await server.ask('rest');
  const { seconds } = await fleet.ask('open', { urls: [server.url], tenants: tenants(10), count });
  const full = await server.ask('rest');
  await server.ask('begin');
  await new Promise((done) => setTimeout(done, 1_000 * quiet * stage.scale));
  const { open } = await fleet.ask('report');
  const idle = await server.ask('read');
  const memoryOf = (what) => ((full[what] - empty[what]) * 1024) / count;
  return {
    figures: [
      told('sockets', open),
      atMost('sockets that were lost', count - open, '', 0),
      told('until all were in', seconds, 's'),
      atMost('memory for a socket', memoryOf('rssMb'), 'KB', 60),
      told('heap for a socket, after gc', memoryOf('heapMb'), 'KB'),
      atMost('server: RSS', full.rssMb, 'MB', 400),
      atMost('server: processor, nothing happening', idle.cpuPercent, '%', 5),
      told('server: event-loop delay p99', idle.delayP99, 'ms'),
    ],
  };
}

/** @param {number} count */
export const tenants = (count) => Array.from({ length: count }, (_, n) => `tenant${n}`);
