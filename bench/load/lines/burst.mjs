import { atMost, nothingWrong, ofProcess, told } from '../figures.mjs';
import { crowd } from './fanOut.mjs';

export const title = 'L3: a burst of 20,000 deliveries a second';

const burstSeconds = 10;

/** @param {import('../Stage.mjs').AnyStage} stage */
export async function run(stage) {
  const { server, fleet } = await crowd(stage);
  await server.ask('begin');
  const written = await fleet.ask('write', { perSecond: 200 * stage.scale, seconds: burstSeconds });
  const settled = await fleet.ask('settle', { seconds: 60 });
  const process = await server.ask('read');
  const report = await fleet.ask('report');
  return {
    figures: [
      told('writes', written.writes),
      ...nothingWrong(report, settled),
      told('versions replaced before they were told', report.overtaken),
      atMost('event-loop delay p99', process.delayP99, 'ms', 150),
      // What was still to be confirmed counts as well.
      atMost(
        'after the burst, until everybody has everything',
        written.seconds - burstSeconds + settled.seconds,
        's',
        5,
      ),
      ...ofProcess(process, await server.ask('rest')),
    ],
  };
}
