import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { BucketTier } from '../../../../src/tiers/bucket/BucketTier.ts';

export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

const folder = resolve(import.meta.dirname, '../../../../src/tiers/bucket');

/** The tier with something broken on purpose. */
export async function patchedTier(patches: readonly Patch[]): Promise<typeof BucketTier> {
  const missing = new Set(patches);
  const plugin: Plugin = {
    name: 'patch',
    setup({ onLoad }) {
      onLoad({ filter: /tiers\/bucket\/\w+\.ts$/ }, async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const patch of patches.filter(({ file }) => path === resolve(folder, file))) {
          if (contents.split(patch.find).length !== 2)
            throw new Error(`${patch.file} does not hold once: ${patch.find}`);
          contents = contents.replace(patch.find, () => patch.put);
          missing.delete(patch);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
  const entryPoints = [resolve(folder, 'BucketTier.ts')];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false, plugins: [plugin] });
  if (missing.size > 0) throw new Error(`not patched: ${[...missing].map(({ file }) => file)}`);
  const text = Buffer.from(outputFiles[0]?.contents as Uint8Array).toString('base64');
  return ((await import(/* @vite-ignore */ `data:text/javascript;base64,${text}`)) as { BucketTier: typeof BucketTier })
    .BucketTier;
}
