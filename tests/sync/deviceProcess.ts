// One device of several: edits what the others edit, and says on its standard output what it tries, what is confirmed and
// what met what. It is killed from outside; what it is to do at the end comes by its standard input.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Conflict, DataOrchestrator, EntityKeyFieldStrategy, type IBucket, silentLogger } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import { S3Bucket } from 'tiersync/adapters/s3';
import { S3FetchBucket } from 'tiersync/adapters/s3-fetch';
import { randomFrom } from '../support/randomFrom.ts';
import type { DeviceTask, Note, Said } from './deviceTalk.ts';
import { MeasuredHeads } from './MeasuredHeads.ts';

const task = JSON.parse(process.argv[2] ?? '') as DeviceTask;
const random = randomFrom(task.seed);
const pick = (count: number): number => Math.floor(random() * count);

// Synchronous, so that nothing said before the kill is lost with it.
const say = (line: Said): void => void writeSync(1, `${JSON.stringify(line)}\n`);

const labelOf = (side: object | null): string | null => (side as Note | null)?.label ?? null;
const sayConflict = ({ id, local, remote }: Conflict): void =>
  say({ conflict: { id, labels: [labelOf(local), labelOf(remote)] } });

function openCloud(): IBucket {
  const { cloud } = task;
  if (cloud.kind === 'folder') return new FileBucket(cloud.folder);
  return cloud.kind === 's3' ? new S3Bucket(cloud) : new S3FetchBucket(cloud);
}

const cloud = new MeasuredHeads(openCloud());
let now = 0;
const data = await DataOrchestrator.create({
  prefix: 'app',
  local: new FileBucket(task.folder),
  cloud,
  // A third of all edits delete something of sixty: nobody is to be asked whether that is meant.
  sync: { maxDeleteShare: 1 },
  strategy: new EntityKeyFieldStrategy('group'),
  logger: silentLogger,
  intervals: { pullMs: 2_000 },
  telemetry: ({ requests, error }) =>
    say({ sync: { requests, ...cloud.take(), ...(error === undefined ? {} : { error }) } }),
  environment: {
    now: () => {
      now = Date.now() + task.clockMs;
      return now;
    },
  },
});
const notes = data.repo<Note>('Note');
// Those from before the kill, too: it may have come between deciding and saying.
data.sync.conflicts$.subscribe((known) => known.forEach(sayConflict)).unsubscribe();
data.events$.subscribe((event) => {
  if (event.type === 'conflict') sayConflict(event.conflict);
  if (event.type === 'problem') say({ bad: `${event.problem.code}: ${event.problem.message}` });
  if (event.type === 'failed' && event.during !== 'sync') say({ bad: `${event.during}: ${event.error.message}` });
  if (event.type === 'rejected') say({ bad: `rejected: ${event.id}` });
});

async function edit(number: number): Promise<void> {
  const id = `${'abcd'[pick(4)]}.${pick(task.idsAGroup)}`;
  const isDeletion = pick(6) === 0;
  await notes.get(id);
  const before = notes.peek(id);
  const label = isDeletion && before ? null : `${task.device}#${number}`;
  if (label === null) notes.delete(id);
  else notes.save({ id, label, ballast: 'x'.repeat(pick(400)) });
  // That of a deletion cannot be read: it is the clock, or one more than that of what it replaced.
  const stamp = notes.peek(id)?.updatedAt.getTime() ?? Math.max(now, (before?.updatedAt.getTime() ?? 0) + 1);
  say({ tried: { id, label, stamp, from: before?.label ?? null } });
}

async function flush(until: 'local' | 'cloud'): Promise<void> {
  try {
    await data.flush(until);
    say({ confirmed: until });
  } catch (error) {
    say({ failed: String(error) });
  }
}

async function report(): Promise<void> {
  const found = await notes.getAll({ sort: [{ field: 'id' }] });
  const records = found.map(({ id, label, version, updatedAt }) => ({
    id,
    label,
    version,
    stamp: updatedAt.getTime(),
  }));
  let pending = -1;
  data.sync.pending$.subscribe((waiting) => (pending = waiting.length)).unsubscribe();
  say({ report: { records, pending } });
}

say({ at: 'work' });
for (let number = task.from; number < task.to; number++) {
  await edit(number);
  const chance = pick(12);
  if (chance < 4) await flush(chance < 2 ? 'local' : 'cloud');
}
say({ at: 'end' });

const commands: Record<string, () => Promise<void>> = {
  flush: () => flush('cloud'),
  pull: () => data.sync.pull(),
  report,
  unload: () => data.unload(),
};
for await (const command of createInterface(process.stdin)) {
  await commands[command]?.();
  say({ answered: command });
}
process.exit();
