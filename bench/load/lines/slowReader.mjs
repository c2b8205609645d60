import { atMost, nothingWrong, told } from '../figures.mjs';
import { tenants } from './idle.mjs';

export const title = 'L8: one of a hundred stops reading';

const mb = 2 ** 20;
/** So much that what the system itself keeps for a connection is soon full. */
const load = { perSecond: 20, bytes: 20_000 };
/** What it lets in goes beyond the bound by the event that reached it. */
const slackMb = 0.2;

/** @param {import('../Stage.mjs').AnyStage} stage */
export async function run(stage) {
  const server = await stage.startServer({ database: await stage.database() });
  const fleet = stage.startFleet();
  const count = Math.max(5, Math.round(100 * stage.scale));
  await fleet.ask('open', { urls: [server.url], tenants: tenants(1), count });
  await fleet.ask('write', { ...load, seconds: 2 });
  await fleet.ask('resetTimes');
  await fleet.ask('write', { ...load, seconds: 20 * stage.scale });
  const before = await fleet.ask('report');
  await fleet.ask('resetTimes');

  await fleet.ask('stopReading', { number: 0 });
  const { sessions } = await server.ask('held');
  const began = performance.now();
  let outbound = 0;
  let isCut = false;
  for (let n = 0; n < 60 && !isCut; n++) {
    const writing = fleet.ask('write', { ...load, seconds: 1 });
    for (let i = 0; i < 10; i++) {
      outbound = Math.max(outbound, await server.ask('outbound'));
      await new Promise((done) => setTimeout(done, 100));
    }
    await writing;
    isCut = (await server.ask('held')).sessions < sessions;
  }
  const seconds = (performance.now() - began) / 1000;
  const settled = await fleet.ask('settle', { seconds: 30 });
  const report = await fleet.ask('report');
  return {
    figures: [
      atMost('slow readers that are still connected', isCut ? 0 : 1, '', 0),
      told('until it was cut off', seconds, 's'),
      atMost('most that waited for it in the server', outbound / mb, 'MB', 1 + slackMb),
      ...nothingWrong(report, settled),
      told('p99 of the others before', before.delayP99, 'ms'),
      atMost('p99 of the others meanwhile, of that', report.delayP99 / before.delayP99, '×', 1.2),
    ],
  };
}
