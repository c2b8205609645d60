// Two devices on a backend of your own: what it refuses is shown, mended and accepted. `node examples/backend/client.mjs`
import { DataOrchestrator } from 'tiersync';
import { createBackendTier } from 'tiersync/client';
import { callsTo } from './calls.mjs';
import { startServer } from './server.mjs';

const server = await startServer();
const show = (label, value) => console.log(`   ${label.padEnd(26)} ${JSON.stringify(value)}`);

async function device(name) {
  const cloud = createBackendTier(callsTo(server.url, `token-of-${name}`));
  const data = await DataOrchestrator.create({ prefix: 'app', cloud });
  data.sync.rejected$.subscribe((list) => {
    if (list.length > 0) show(`${name}: refused`, list.map(({ code, reason }) => `${code}: ${reason}`).join(', '));
  });
  return { data, tasks: data.repo('task') };
}

/** What waits now, and what was refused. */
const listOf = (list$) => {
  let last = [];
  list$.subscribe((list) => (last = list)).unsubscribe();
  return last;
};
const titles = async ({ tasks }) => (await tasks.getAll()).map(({ title }) => title);

const anna = await device('anna');
const ben = await device('ben');

console.log('\n1. Anna writes, Ben reads');
const milk = anna.tasks.save({ title: 'buy milk' });
await anna.data.flush('cloud');
await ben.data.sync.pull();
show('ben has', await titles(ben));

console.log('\n2. Ben takes the title away and adds a task: one is refused, the other flows on');
await ben.tasks.update(milk, { title: '' });
ben.tasks.save({ title: 'call mum' });
await ben.data.sync.push();
await anna.data.sync.pull();
show('ben sees', await titles(ben));
show('anna sees', await titles(anna));
show('state of the edit', ben.tasks.syncState(milk));

console.log('\n3. Ben mends it');
await listOf(ben.data.sync.rejected$)[0].edit({ title: 'buy oat milk' });
await ben.data.sync.push();
await anna.data.sync.pull();
show('anna sees', await titles(anna));
show('state of the edit', ben.tasks.syncState(milk));

console.log('\n4. Ben may not delete: he takes it back');
ben.tasks.delete(milk);
await ben.data.sync.push();
show('ben sees', await titles(ben));
await listOf(ben.data.sync.rejected$)[0].discard();
show('ben sees', await titles(ben));

await anna.data.unload();
await ben.data.unload();
await server.stop();
