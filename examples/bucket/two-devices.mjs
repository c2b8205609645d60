// One device of several on one bucket. In two terminals: node two-devices.mjs laptop, node two-devices.mjs phone
import { createInterface } from 'node:readline';
import { DataOrchestrator } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import { S3Bucket } from 'tiersync/adapters/s3';

const { S3_ENDPOINT, S3_BUCKET, S3_REGION } = process.env;
const device = process.argv[2] ?? 'laptop';

const data = await DataOrchestrator.load({
  prefix: 'notes',
  local: new FileBucket(`./${device}`),
  // The keys are found where AWS tools find them: here, in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
  cloud: new S3Bucket({ endpoint: S3_ENDPOINT, bucket: S3_BUCKET, region: S3_REGION, prefix: 'two-devices' }),
  // So that you see it happen. Left out, edits are sent after 10 s of quiet, and others' are looked for every 5 minutes.
  intervals: { cloudQuietMs: 500, pullMs: 2_000 },
});

const notes = data.repo('Note');
let shown = [];
let conflict = null;
let status = 'syncing';
let waiting = 0;
let said = '';

notes.observeAll({ sort: [{ field: 'createdAt' }] }).subscribe((all) => {
  shown = all;
  console.log(all.length === 0 ? '(no notes)' : all.map(({ text }, i) => `  ${i + 1}. ${text}`).join('\n'));
});
const tell = () => {
  const line = `[${device}: ${status}, ${waiting} to send]`;
  if (status !== 'syncing' && line !== said) console.log((said = line));
};
const watched = [
  data.sync.pending$.subscribe((pending) => {
    waiting = pending.length;
    tell();
  }),
  data.sync.status$.subscribe((next) => {
    status = next;
    tell();
  }),
];
data.sync.conflicts$.subscribe((list) => {
  conflict = list.at(-1) ?? null;
  if (conflict === null) return;
  const textOf = (version) => (version === null ? '(deleted)' : `"${version.text}"`);
  const { local, remote, winner } = conflict;
  console.log(`conflict: here ${textOf(local)}, there ${textOf(remote)}; now it is ${textOf(winner)}`);
});

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
  offline: () => data.sync.goOffline(),
  online: () => data.sync.goOnline(),
  restore: () => conflict?.restore(),
};
const help = 'add <text>, edit <number> <text>, delete <number>, offline, online, restore, quit';

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

await data.flush('cloud').catch((error) => console.log(`kept on this device: ${error.message}`));
for (const one of watched) one.unsubscribe();
await data.unload();
process.exit();
