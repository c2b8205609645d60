// A small HTTP backend: one table with a sequence, two routes, and rules of its own. `node examples/backend/server.mjs`
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** Who may do what; null: it is allowed. */
function refuse(user, { entityName, entity }) {
  if (entityName !== 'task') return { code: 'validation', reason: `nothing is known of ${entityName}` };
  if (entity === null && user !== 'anna') return { code: 'permission', reason: 'only anna deletes tasks' };
  if (entity !== null && !entity.title) return { code: 'validation', reason: 'a task needs a title' };
  return null;
}

/** The table: rows of (entity name, id) with the number of their latest change. In a database: one upsert a change. */
function openTable(file) {
  const rows = new Map();
  let seq = 0;
  if (file) {
    try {
      for (const row of JSON.parse(readFileSync(file, 'utf8'))) rows.set(`${row.entityName}/${row.id}`, row);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    seq = Math.max(0, ...[...rows.values()].map((row) => row.seq));
  }
  return {
    since(after, limit) {
      const newer = [...rows.values()].filter((row) => row.seq > after).sort((a, b) => a.seq - b.seq);
      const changes = newer.slice(0, limit);
      return { changes, cursor: changes.at(-1)?.seq ?? after, hasMore: newer.length > limit };
    },
    take(user, change) {
      const rejected = refuse(user, change);
      if (rejected !== null) return { rejected };
      const place = `${change.entityName}/${change.id}`;
      const row = rows.get(place);
      // Also when the same is sent twice: it is answered with itself.
      if (row !== undefined && row.order >= change.order) return { superseded: row };
      rows.set(place, { ...change, seq: ++seq });
      return 'applied';
    },
    save() {
      if (file) writeFileSync(file, JSON.stringify([...rows.values()]));
    },
  };
}

async function bodyOf(request) {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return JSON.parse(text);
}

/** Starts it on 127.0.0.1. `file`: where the table is kept; without one it is in memory. */
export async function startServer({ port = 0, file = '' } = {}) {
  const table = openTable(file);
  const users = new Map([
    ['token-of-anna', 'anna'],
    ['token-of-ben', 'ben'],
  ]);
  const server = createServer(async (request, response) => {
    const answer = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    try {
      const { pathname, searchParams } = new URL(request.url, 'http://localhost');
      const user = users.get(request.headers.authorization?.replace('Bearer ', ''));
      if (user === undefined) return answer(401, { error: 'who are you?' });
      if (pathname !== '/changes') return answer(404, { error: 'no such place' });
      if (request.method === 'GET') {
        const page = table.since(Number(searchParams.get('after') ?? 0), Number(searchParams.get('limit') ?? 100));
        return answer(200, { ...page, serverTime: Date.now() });
      }
      const results = (await bodyOf(request)).map((change) => table.take(user, change));
      table.save();
      answer(200, results);
    } catch (error) {
      answer(500, { error: error.message });
    }
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, stop };
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await startServer({ port: 8787, file: 'tasks.json' });
  console.log(`${url}/changes, kept in tasks.json`);
}
