import { atMost, nothingWrong, told } from '../figures.mjs';
import { tenants } from './idle.mjs';

export const title = 'L7: three servers on one PostgreSQL, of which a connection is cut every 2 s';

/** @param {import('../Stage.mjs').AnyStage} stage */
export async function run(stage, { everyMs = 2_000 } = {}) {
  const database = await stage.database();
  const servers = [];
  for (let n = 0; n < 3; n++) servers.push(await stage.startServer({ database }));
  const fleet = stage.startFleet();
  const urls = servers.map(({ url }) => url);
  await fleet.ask('open', { urls, tenants: tenants(5), count: Math.round(300 * stage.scale) });
  let cuts = 0;
  const cutting = setInterval(async () => {
    if (await stage.cut(database)) cuts += 1;
  }, everyMs);
  const written = await fleet.ask('write', { perSecond: 20, seconds: 60 * stage.scale });
  clearInterval(cutting);
  const settled = await fleet.ask('settle', { seconds: 30 });
  const report = await fleet.ask('report');
  return {
    report,
    cuts,
    figures: [
      told('connections cut', cuts),
      told('writes', written.writes),
      told(
        'pushes that were tried again',
        Object.values(report.refusals).reduce((sum, n) => sum + n, 0),
      ),
      ...nothingWrong(report, settled),
      atMost('until another device has it, at the longest', report.delayMax, 'ms', 5_000),
      told('until another device has it, p99', report.delayP99, 'ms'),
      atMost('servers that ended', servers.filter(({ isAlive }) => !isAlive).length, '', 0),
    ],
  };
}
