// A server that dies by its own hand: right after so many commits, before anybody is told of the last.
import { createSyncServer, pgliteDatabase, postgresDatabase } from 'tiersync/server';

const [place, port, commits] = process.argv.slice(2);
const isUrl = place.startsWith('postgres:');
const database = isUrl ? await postgresDatabase(place) : await pgliteDatabase({ folder: place });
let left = Number(commits);

const server = await createSyncServer({
  authenticate: async (token) => ({ tenant: 'one', userId: token, groups: [] }),
  everyone: ['read', 'write', 'delete'],
  database: {
    query: (text, params) => database.query(text, params),
    listen: (...given) => database.listen(...given),
    close: () => database.close(),
    async tx(work, options) {
      let isCommit = false;
      const result = await database.tx((session) => {
        const query = (text, params) => {
          isCommit ||= text.includes('insert into tiersync.record');
          return session.query(text, params);
        };
        return work({ query });
      }, options);
      if (!isCommit || --left !== 0) return result;
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => {});
    },
  },
});
const { url } = await server.listen({ host: '127.0.0.1', port: Number(port) });
console.log(url);
