import { atMost, nothingWrong, told } from '../figures.mjs';

export const title = 'T3: a user of another tenant pushes at ten times the allowed rate';

const load = { perSecond: 20 };

/** @param {import('../Stage.mjs').AnyStage} stage */
export async function run(stage) {
  const seconds = 20 * stage.scale;
  const server = await stage.startServer({ database: await stage.database() });
  const [quiet, loud] = [stage.startFleet(), stage.startFleet()];
  await quiet.ask('open', { urls: [server.url], tenants: ['quiet'], count: 50 });
  await loud.ask('open', { urls: [server.url], tenants: ['loud'], count: 1 });
  await quiet.ask('write', { ...load, seconds: 3 });
  await quiet.ask('resetTimes');
  await quiet.ask('write', { ...load, seconds });
  const before = await quiet.ask('report');
  await quiet.ask('resetTimes');
  const [answers] = await Promise.all([
    loud.ask('flood', { perSecond: 500, seconds }),
    quiet.ask('write', { ...load, seconds }),
  ]);
  const settled = await quiet.ask('settle', { seconds: 30 });
  const report = await quiet.ask('report');
  return {
    figures: [
      ...Object.entries(answers).map(([what, count]) => told(`its pushes: ${what}`, count)),
      ...nothingWrong(report, settled),
      told('p99 of the other tenant before', before.delayP99, 'ms'),
      atMost('p99 of the other tenant meanwhile, of that', report.delayP99 / before.delayP99, '×', 1.25),
    ],
  };
}
