// Writes the golden files of the format that the sources write today. By hand, once for each new format, before it is
// released: `node scripts/write-golden.mjs`. What is there is never overwritten: files of a released format are for ever.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const entry = `
  export * from './src/index.ts';
  export { FORMAT, PAGED_FORMAT } from './src/blob/keyData.ts';
  export * from './tests/golden/dataSet.ts';
  export * from './tests/golden/cloudSet.ts';
`;

const scratch = await mkdtemp(join(tmpdir(), 'tiersync-golden-'));
try {
  await build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile: join(scratch, 'tiersync.mjs'),
  });
  const tiersync = await import(pathToFileURL(join(scratch, 'tiersync.mjs')).href);
  const folder = join(root, 'tests/golden', `format-${tiersync.FORMAT}`);
  const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
  const writeNew = async (path, content) => {
    if (existsSync(path)) return console.log(`${path} is there already; golden files are never overwritten`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    console.log(`wrote ${path}; look at it before you commit it`);
  };
  const kept = () => Object.assign(new tiersync.MemoryBucket(), { close: undefined });

  const bucket = kept();
  await tiersync.writeGolden(tiersync, bucket);
  const blobs = new Map();
  const persistence = {
    loadData: async (key) => blobs.get(key) ?? null,
    storeData: async (key, data) => void blobs.set(key, data),
    clearData: async (key) => void blobs.delete(key),
  };
  await tiersync.writeGolden(tiersync, persistence);
  for await (const { name } of bucket.list(''))
    await writeNew(join(folder, 'bucket', name), (await bucket.get(name)).bytes);
  await writeNew(join(folder, 'persistence.json'), json(Object.fromEntries([...blobs].sort())));
  await writeNew(join(folder, 'expected.json'), json(await tiersync.readGolden(tiersync, bucket)));

  const pagedFolder = join(root, 'tests/golden', `format-${tiersync.PAGED_FORMAT}`);
  for (const [place, settings] of [
    [folder, {}],
    [pagedFolder, tiersync.inPages],
  ]) {
    const cloud = kept();
    const device = kept();
    await tiersync.writeCloud(tiersync, cloud, device, settings);
    const texts = { cloud: await tiersync.textsOf(cloud), device: await tiersync.textsOf(device) };
    await writeNew(
      join(place, 'cloud.json'),
      json({ ...texts, expected: await tiersync.readCloud(tiersync, cloud, device) }),
    );
  }
} finally {
  await rm(scratch, { recursive: true });
}
