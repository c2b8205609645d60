// A page that tells what it finds, saves without end, and says what it tries and what is confirmed. Its browser is killed.
import { DataOrchestrator, EntityKeyFieldStrategy, silentLogger } from 'tiersync';
import { IndexedDbPersistence } from 'tiersync/adapters/indexeddb';
import { saveWithoutEnd } from '../../durability/saveWithoutEnd.ts';

/** Whatever is said has arrived before the next step. */
async function say(said: object): Promise<void> {
  await fetch('/said', { method: 'POST', body: JSON.stringify(said) });
}

const data = await DataOrchestrator.create({
  prefix: 'app',
  local: new IndexedDbPersistence('saved'),
  strategy: new EntityKeyFieldStrategy('group'),
  logger: silentLogger,
});
const notes = await data.repo<{ label: string }>('Note').getAll();
await say({ found: Object.fromEntries(notes.map(({ id, label }) => [id, label])) });
await saveWithoutEnd(data, Number(new URL(location.href).searchParams.get('seed')), say);
