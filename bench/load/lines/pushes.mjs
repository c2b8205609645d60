import { atLeast, atMost, nothingWrong, ofProcess } from '../figures.mjs';

export const title = 'L4: pushes of one tenant, in batches of 100';

const least = { postgres: 1_000, pglite: 300 };

/** @param {import('../Stage.mjs').AnyStage} stage */
export async function run(stage, kinds = /** @type {('postgres' | 'pglite')[]} */ (['postgres', 'pglite'])) {
  const figures = [];
  for (const kind of kinds) {
    const server = await stage.startServer({ database: await stage.database(kind) });
    const fleet = stage.startFleet();
    await fleet.ask('open', { urls: [server.url], tenants: ['one'], count: 4 });
    await server.ask('begin');
    const sent = await fleet.ask('batches', { writers: 4, size: 100, seconds: 20 * stage.scale });
    const process = await server.ask('read');
    const settled = await fleet.ask('settle', { seconds: 30 });
    const report = await fleet.ask('report');
    const ofKind = [
      atLeast('operations a second', sent.operations / sent.seconds, '', least[kind]),
      atMost('until a batch is confirmed, p99', report.confirmedP99, 'ms', 150),
      ...nothingWrong(report, settled),
      ...ofProcess(process, await server.ask('rest')),
    ];
    figures.push(...ofKind.map((figure) => ({ ...figure, what: `${kind}: ${figure.what}` })));
    await Promise.all([server.kill(), fleet.kill()]);
  }
  return { figures };
}
