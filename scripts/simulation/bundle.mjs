import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/**
 * The simulation and the sources of the library as one module for a thread of its own: without a test runner between them it
 * is about twice as fast. With a defect planted, if one is given: in that file, what stands there exactly once is replaced.
 *
 * @param {string} outfile
 * @param {readonly { file: string, find: string, put: string }[]} planted
 */
export async function bundle(outfile, planted = []) {
  await build({
    entryPoints: [join(root, 'tests/simulation/player.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias: { 'tiersync/testing': join(root, 'src/testing/index.ts'), tiersync: join(root, 'src/index.ts') },
    plugins: [asInstalled, ...planted.map(plant)],
    logLevel: 'error',
  });
}

/** Packages that read files beside their own: they stay where they are. */
const asInstalled = {
  name: 'packages as they are installed',
  /** @param {import('esbuild').PluginBuild} building */
  setup(building) {
    building.onResolve({ filter: /^(@electric-sql\/pglite|pg)$/ }, ({ path }) => ({
      path: import.meta.resolve(path),
      external: true,
    }));
  },
};

/** @param {{ file: string, find: string, put: string }} defect */
function plant({ file, find, put }) {
  const place = join(root, file);
  return {
    name: `a defect in ${file}`,
    /** @param {import('esbuild').PluginBuild} building */
    setup(building) {
      building.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (path !== place) return undefined;
        const text = await readFile(path, 'utf8');
        if (text.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
        return { contents: text.replace(find, () => put), loader: 'ts' };
      });
    },
  };
}
