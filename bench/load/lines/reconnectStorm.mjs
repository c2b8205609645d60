import { atMost, nothingWrong, told } from '../figures.mjs';
import { tenants } from './idle.mjs';

export const title = 'L6: 2,000 clients come back after the server was killed and started again';

/** @param {import('../Stage.mjs').AnyStage} stage */
export async function run(stage) {
  const count = Math.round(2_000 * stage.scale);
  const database = await stage.database();
  const first = await stage.startServer({ database });
  const fleet = stage.startFleet();
  await fleet.ask('open', { urls: [first.url], tenants: tenants(10), count });
  await fleet.ask('write', { perSecond: 50, seconds: 1 });
  await fleet.ask('settle', { seconds: 30 });
  const steady = await first.ask('rest');
  await first.kill();

  const second = await stage.startServer({ database, port: first.port });
  await second.ask('begin');
  const began = performance.now();
  // What is written by those who are back reaches the others when they are.
  await fleet.ask('write', { perSecond: 10, seconds: 1 });
  const { open } = await fleet.ask('allOpen', { seconds: 60 });
  const settled = await fleet.ask('settle', { seconds: 60 });
  const seconds = (performance.now() - began) / 1000;
  const process = await second.ask('read');
  const report = await fleet.ask('report');
  return {
    figures: [
      told('sockets', count),
      atMost('sockets that did not come back', count - open, '', 0),
      atMost('until all are back and have everything', seconds, 's', 15),
      ...nothingWrong(report, settled),
      told('server: RSS before', steady.rssMb, 'MB'),
      atMost('server: RSS at its highest, of that', process.rssPeakMb / steady.rssMb, '×', 1.5),
      told('server: event-loop delay, longest', process.delayMax, 'ms'),
    ],
  };
}
