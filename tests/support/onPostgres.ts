import { afterAll, beforeAll, describe } from 'vitest';
import { PostgresCluster, postgresPrograms } from './postgresCluster.ts';

const programs = await postgresPrograms();

/** Tests on a PostgreSQL of their own. Where there is none they are skipped, and say why; with REQUIRE_POSTGRES they fail. */
export function onPostgres(tests: (cluster: () => PostgresCluster) => void): void {
  describe.skipIf(programs === null && process.env['REQUIRE_POSTGRES'] === undefined)(
    `on PostgreSQL${programs === null ? ' (skipped: there is none on this machine; set POSTGRES_BIN)' : ''}`,
    () => {
      let cluster: PostgresCluster;
      beforeAll(async () => {
        if (programs === null) throw new Error('REQUIRE_POSTGRES is set, and there is no PostgreSQL; set POSTGRES_BIN');
        cluster = await PostgresCluster.start(programs);
      }, 60_000);
      afterAll(() => cluster?.stop());
      tests(() => cluster);
    },
  );
}
