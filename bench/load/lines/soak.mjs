import { atMost, nothingWrong, ofProcess, told } from '../figures.mjs';
import { crowd } from './fanOut.mjs';

export const title = 'L9: ten minutes of L2';

/** @param {import('../Stage.mjs').AnyStage} stage */
export async function run(stage) {
  const { server, fleet, empty } = await crowd(stage);
  const load = { perSecond: 50 * stage.scale };
  // Until every record is there and was written again: from then on there is nothing more to be kept.
  await fleet.ask('write', { ...load, seconds: 45 });
  const before = await server.ask('rest');
  await server.ask('begin');
  await fleet.ask('write', { ...load, seconds: 600 * stage.scale });
  const process = await server.ask('read');
  const settled = await fleet.ask('settle', { seconds: 30 });
  const after = await server.ask('rest');
  const report = await fleet.ask('report');
  await fleet.ask('close');
  const left = await beyond(server, empty);
  return {
    figures: [
      ...nothingWrong(report, settled),
      told('until another device has it, p99', report.delayP99, 'ms'),
      told('heap after gc, before', before.heapMb, 'MB'),
      atMost('heap after gc, growth', (after.heapMb / before.heapMb - 1) * 100, '%', 5),
      ...ofProcess(process, after),
      ...Object.entries(left).map(([what, count]) => atMost(`${what} at the end, beyond the start`, count, '', 0)),
    ],
  };
}

/** What a server holds of sockets, rooms, listeners and timers beyond what it held before, once all have gone. */
export async function beyond(server, before) {
  for (let n = 0; ; n++) {
    const held = await server.ask('held');
    const left = Object.fromEntries(Object.entries(held).map(([what, count]) => [what, count - before[what]]));
    if (n === 100 || Object.values(left).every((count) => count <= 0)) return left;
    await new Promise((done) => setTimeout(done, 100));
  }
}
