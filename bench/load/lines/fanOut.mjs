import { atMost, nothingWrong, ofProcess, told } from '../figures.mjs';
import { tenants } from './idle.mjs';

export const title = 'L2: writes that a hundred others hear';

/** A server with sockets of ten tenants. @param {import('../Stage.mjs').AnyStage} stage */
export async function crowd(stage, kind = /** @type {'postgres' | 'pglite'} */ ('postgres')) {
  const server = await stage.startServer({ database: await stage.database(kind) });
  const empty = await server.ask('held');
  const fleet = stage.startFleet();
  await fleet.ask('open', { urls: [server.url], tenants: tenants(10), count: Math.round(1_000 * stage.scale) });
  return { server, fleet, empty };
}

/** @param {import('../Stage.mjs').AnyStage} stage */
export async function run(stage, { kind = /** @type {'postgres' | 'pglite'} */ ('postgres'), seconds = 60 } = {}) {
  const { server, fleet } = await crowd(stage, kind);
  const load = { perSecond: 50 * stage.scale };
  await fleet.ask('write', { ...load, seconds: 2 });
  await fleet.ask('resetTimes');
  const { delivered } = await fleet.ask('report');
  await server.ask('begin');
  const written = await fleet.ask('write', { ...load, seconds: seconds * stage.scale });
  const process = await server.ask('read');
  const settled = await fleet.ask('settle', { seconds: 30 });
  const report = await fleet.ask('report');
  return {
    report,
    figures: [
      told('writes', written.writes),
      ...nothingWrong(report, settled),
      atMost('until another device has it, p50', report.delayP50, 'ms', 50),
      atMost('until another device has it, p99', report.delayP99, 'ms', 250),
      told('until it is confirmed, p50', report.confirmedP50, 'ms'),
      told('until it is confirmed, p99', report.confirmedP99, 'ms'),
      told(
        'server: time of the processor for a delivery',
        microseconds(process, written) / (report.delivered - delivered),
        'µs',
      ),
      ...ofProcess(process, await server.ask('rest')),
    ],
  };
}

const microseconds = ({ cpuPercent }, { seconds }) => cpuPercent * seconds * 10_000;
