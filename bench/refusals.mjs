// Whether the time of a refusal tells what is there: the same question about a document of others and about none.
import { parseArgs } from 'node:util';
import { silentLogger } from 'tiersync';
import { createSyncServer, MemorySyncStore } from 'tiersync/server';

const { values } = parseArgs({ options: { count: { type: 'string', default: '4000' } } });
const count = Number(values.count);

const server = await createSyncServer({
  authenticate: async (userId) => ({ userId }),
  permissions: [{ userId: 'stranger', collection: 'Other', actions: ['read', 'write', 'delete'] }],
  prefix: 'bench',
  store: new MemorySyncStore(),
  logger: silentLogger,
  limits: { writesPerSecond: 1_000_000, writesAtOnce: 1_000_000 },
});
const notes = server.repo('Note');
await notes.saveMany(Array.from({ length: count }, (_, i) => ({ id: `global.there${i}`, text: 'x'.repeat(500) })));

const ask = async (method, path, body) => {
  const init = { method, headers: { authorization: 'Bearer stranger', 'content-type': 'application/json' } };
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const begin = performance.now();
  const answer = await server.handler(new Request(`http://bench/sync/v1/${path}`, { ...init, ...text }));
  const said = await answer.text();
  return {
    ms: performance.now() - begin,
    said: `${answer.status} ${said.replaceAll(/there\d+|none\d+|"now":\d+/g, '')}`,
  };
};
const time = new Date().toISOString();
const documentOf = (id) => `collections/Note/documents/global.${id}`;
const pushOf = (id) => {
  const entity = { id: `global.${id}`, createdAt: time, updatedAt: time, version: 1 };
  return { since: null, device: 'd', changes: [{ key: 'bench.global', name: 'Note', entity }] };
};
const questions = {
  'GET of a document': (id) => ask('GET', documentOf(id)),
  'PUT of a document': (id) => ask('PUT', documentOf(id), { text: 'mine' }),
  'DELETE of a document': (id) => ask('DELETE', documentOf(id)),
  'a push': (id) => ask('POST', 'push', pushOf(id)),
};

const sizesOf = (times) => ({
  mean: (times.reduce((sum, ms) => sum + ms, 0) / times.length) * 1_000,
  median: times.sort((x, y) => x - y)[Math.floor(times.length / 2)] * 1_000,
});
/** The two in turn, and each first every second time: a machine that gets slower does so for both. */
async function compare(question, a, b) {
  const times = { a: [], b: [] };
  const answers = new Set();
  for (let i = -200; i < count; i++) {
    const order = i % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
    for (const which of order) {
      const { ms, said } = await question(which === 'a' ? a(Math.abs(i)) : b(Math.abs(i)));
      answers.add(said);
      if (i >= 0) times[which].push(ms);
    }
  }
  return { a: sizesOf(times.a), b: sizesOf(times.b), isOne: answers.size === 1 };
}

const there = (i) => `there${i % count}`;
const absent = (i) => `none${i}`;
const ratio = ({ a, b }, size) => (a[size] / b[size]).toFixed(3);
console.log(`${count} refusals each; noise: the same measured of what is not there, twice`);
for (const [what, question] of Object.entries(questions)) {
  const found = await compare(question, there, absent);
  const noise = await compare(question, absent, absent);
  const median = `${found.a.median.toFixed(1)} µs where it is there, ${found.b.median.toFixed(1)} µs where not`;
  const times = `${ratio(found, 'median')} times (noise ${ratio(noise, 'median')})`;
  const means = `means ${ratio(found, 'mean')} times (noise ${ratio(noise, 'mean')})`;
  console.log(`${what}: ${median}: ${times}; ${means}; ${found.isOne ? 'one answer' : 'THE ANSWERS DIFFER'}`);
}
await server.close();
