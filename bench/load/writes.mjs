// Ordered writes a second through the server, beside a bare INSERT loop on the same database in the same run as the limit:
// node bench/load/writes.mjs [--seconds 3]
import { parseArgs } from 'node:util';
import { silentLogger } from 'tiersync';
import { createSyncServer, pgliteDatabase, postgresDatabase } from 'tiersync/server';
import { startCluster } from './cluster.mjs';
import { jwt } from './signIn.mjs';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '3' } } });
const ms = Number(values.seconds) * 1000;

/** As many as ask at the same time, be it of one tenant or of twenty. */
const writers = 20;
const text = 'x'.repeat(150);
let count = 0;
const newId = () => `item-${count++}`;

/** Operations a second of so many who each begin the next once the last has ended. */
async function perSecond(atOnce, size, work) {
  const begin = performance.now();
  let done = 0;
  const loop = async (who) => {
    while (performance.now() - begin < ms) {
      await work(who, size);
      done += size;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, who) => loop(who)));
  return done / ((performance.now() - begin) / 1000);
}

function recordOf(id) {
  const now = new Date().toISOString();
  return { id, createdAt: now, updatedAt: now, version: 1, text };
}

/** One statement for each call, on a table without anything else. */
async function bareInserts(database) {
  await database.query('create table plain (id text primary key, value text)');
  return async (_, size) => {
    const rows = Array.from({ length: size }, () => [newId(), JSON.stringify(recordOf('plain'))]);
    const places = rows.map((_, n) => `($${2 * n + 1}, $${2 * n + 2})`).join(', ');
    await database.query(`insert into plain values ${places}`, rows.flat());
  };
}

const pushesTo = (service, tenants) => async (who, size) => {
  const principal = { tenant: `tenant${who % tenants}`, userId: `user${who}`, groups: [] };
  const changes = Array.from({ length: size }, () => ({ key: 'k', name: 'Item', entity: recordOf(newId()) }));
  const { results } = await service.push(principal, { since: null, device: `device${who}`, changes });
  if (results?.every((result) => result === 'applied') !== true) throw new Error('a push was not taken');
};

async function measure(name, database) {
  const insert = await bareInserts(database);
  const server = await createSyncServer({ jwt, everyone: ['read', 'write', 'delete'], database, logger: silentLogger });
  for (const size of [1, 100]) {
    for (const tenants of [1, 20]) {
      // One tenant's writes follow each other, and so do those of one loop.
      const limit = await perSecond(tenants === 1 ? 1 : writers, size, insert);
      const ours = await perSecond(writers, size, pushesTo(server.service, tenants));
      const cells = [
        name,
        size,
        tenants,
        Math.round(limit),
        Math.round(ours),
        `${((ours / limit) * 100).toFixed(0)} %`,
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
  await server.close();
}

console.log('| database | changes of one push | tenants | bare INSERT, rows/s | ordered writes/s | of that |');
console.log('| --- | --: | --: | --: | --: | --: |');
await measure('PGlite in memory', await pgliteDatabase());
const cluster = await startCluster();
try {
  await measure('PostgreSQL', await postgresDatabase(await cluster.database()));
} finally {
  await cluster.stop();
}
