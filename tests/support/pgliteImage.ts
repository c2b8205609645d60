import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const about = join(import.meta.dirname, '../../node_modules/@electric-sql/pglite/package.json');

/** A database with nothing in it: making one takes seconds, loading its image a fraction of one. Made once a machine. */
export async function pgliteImage(): Promise<Blob> {
  const { version } = JSON.parse(await readFile(about, 'utf8')) as { version: string };
  const place = join(tmpdir(), `tiersync-pglite-${version}.tar`);
  const found = await readFile(place).catch(() => null);
  if (found !== null) return new Blob([found]);
  const database = await PGlite.create();
  const image = await database.dumpDataDir('none');
  await database.close();
  const draft = `${place}.${randomUUID()}`;
  await writeFile(draft, new Uint8Array(await image.arrayBuffer()));
  // Of several who make it at once each leaves a whole one.
  await rename(draft, place);
  return image;
}
