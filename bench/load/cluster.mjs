// A PostgreSQL of the load's own, as the tests start theirs; this one waits for its disk, as one that people trust does.
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

export async function startCluster() {
  // Where it finds the packages that it imports.
  const outfile = join(root, 'node_modules/.cache/tiersync-load/cluster.mjs');
  const entryPoints = [join(root, 'tests/support/postgresCluster.ts')];
  await build({
    entryPoints,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pg'],
    logLevel: 'error',
  });
  const { PostgresCluster, postgresPrograms } = await import(outfile);
  const programs = await postgresPrograms();
  if (programs === null) throw new Error('there is no PostgreSQL on this machine; set POSTGRES_BIN');
  return await PostgresCluster.start(programs, { isDurable: true });
}
