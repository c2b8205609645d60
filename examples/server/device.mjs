// One device of several on one server. In a terminal each: TOKEN=$(node token.mjs anna) node device.mjs laptop
import { createInterface } from 'node:readline';
import { DataOrchestrator } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import { createSyncEngine } from 'tiersync/client';

const device = process.argv[2] ?? 'laptop';

const data = await DataOrchestrator.load({
  prefix: 'notes',
  local: new FileBucket(`./${device}`),
  // So that you see it happen. Left out, edits are sent after 10 s of quiet.
  intervals: { cloudQuietMs: 300 },
});
const sync = createSyncEngine(data, {
  serverUrl: process.env.SERVER ?? 'http://localhost:4000/sync',
  authToken: process.env.TOKEN,
});

const notes = data.repo('Note');
let shown = [];
let refused = [];
const watched = [
  notes.observeAll({ sort: [{ field: 'createdAt' }] }).subscribe((all) => {
    shown = all;
    console.log(all.length === 0 ? '(no notes)' : all.map(({ text }, i) => `  ${i + 1}. ${text}`).join('\n'));
  }),
  sync.status$.subscribe((status) => {
    if (status !== 'syncing') console.log(`[${device}: ${status}]`);
  }),
  sync.rejected$.subscribe((list) => {
    refused = list;
    for (const { entity, reason } of list) console.log(`refused: ${entity?.text ?? 'a deletion'} (${reason})`);
  }),
];

await sync.start();

const idAt = (number) => {
  const note = shown[number - 1];
  if (note === undefined) throw new Error(`there is no note ${number}`);
  return note.id;
};
const commands = {
  add: (text) => notes.save({ text }),
  edit: (words) => {
    const [number, ...text] = words.split(' ');
    return notes.update(idAt(number), { text: text.join(' ') });
  },
  delete: (number) => notes.delete(idAt(number)),
  offline: () => sync.goOffline(),
  online: () => sync.goOnline(),
  retry: () => Promise.all(refused.map((change) => change.retry())),
};
const help = 'add <text>, edit <number> <text>, delete <number>, offline, online, retry, quit';

console.log(help);
for await (const line of createInterface(process.stdin)) {
  const [name, ...words] = line.trim().split(' ');
  if (name === 'quit') break;
  try {
    if (commands[name] === undefined) throw new Error(help);
    await commands[name](words.join(' '));
  } catch (error) {
    console.log(error.message);
  }
}

for (const one of watched) one.unsubscribe();
await data.flush('cloud').catch((error) => console.log(`kept on this device: ${error.message}`));
await data.unload();
process.exit();
