import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const demo = join(import.meta.dirname, '..');

/** The files that the page is made of, by their path. Nothing is written. */
export async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [join(demo, 'app/main.tsx'), join(demo, 'styles/main.css')],
    entryNames: '[name]',
    outdir: '/',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    // By its own name tiersync is found as in an app: by `exports`, so as it was built.
    tsconfigRaw: '{}',
    absWorkingDir: demo,
    logLevel: 'error',
  });
  const files = outputFiles.map(({ path, contents }) => [`/${basename(path)}`, contents]);
  return new Map([['/', await readFile(join(demo, 'page.html'))], ...files]);
}
