// A device that may keep 20,000 bytes of a photo album that is larger. It runs by itself: `node small-device.mjs`
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataOrchestrator, MemoryBucket, RetentionPriority, silentLogger } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';

const folder = await mkdtemp(join(tmpdir(), 'album-'));
const cloud = new MemoryBucket(); // in an app: an S3Bucket, a server or a backend

const open = () =>
  DataOrchestrator.create({
    prefix: 'album',
    local: new FileBucket(folder),
    cloud,
    quota: { maxBytes: 20_000 },
    entities: { Thumbnail: { retention: RetentionPriority.TEMPORARY } },
    logger: silentLogger,
  });

const tell = async (data, when) => {
  const { entities, evicted, byName } = await data.storage();
  console.log(`${when}: ${entities} here, ${evicted} in the cloud only`, Object.keys(byName).sort().join(', '));
};

const pixels = 'x'.repeat(900);
const first = await open();
first.events$.subscribe(({ type, ids }) => type === 'evicted' && console.log('made room for', ids.length, 'others'));
first.repo('Photo').saveMany(Array.from({ length: 18 }, (_, n) => ({ title: `photo ${n}`, pixels })));
first.repo('Thumbnail').saveMany(Array.from({ length: 6 }, (_, n) => ({ of: n, pixels })));
first.repo('Photo').save({ title: 'passport', pixels, retentionPriority: RetentionPriority.CRITICAL });
await first.flush();
await tell(first, 'saved');
await first.flush('cloud');
await first.sync.pull();
await tell(first, 'synced');
await first.unload();

const again = await open();
console.log('thumbnails, read again:', (await again.repo('Thumbnail').getAll()).length);
await again.sync.pull();
await tell(again, 'and again');
await again.unload();

const offline = await open();
offline.sync.goOffline();
offline.events$.subscribe(({ type, problem }) => type === 'problem' && console.log('offline:', problem.code));
const photos = await offline.repo('Photo').getAll();
console.log(
  'the passport is here:',
  photos.some(({ title }) => title === 'passport'),
);
await offline.unload();
await rm(folder, { recursive: true });
