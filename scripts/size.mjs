// Prints what an app downloads for the entry, and fails when it is over budget. `npm run check:size`
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const budgets = [{ name: 'tiersync, all exports, without a cloud', entry: 'dist/index.js', budget: 12_000 }];

let isOver = false;
for (const { name, entry, budget } of budgets) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: ['rxjs'],
  });
  const code = outputFiles[0].contents;
  const size = brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  const verdict = size <= budget ? 'within' : 'OVER';
  isOver ||= size > budget;
  console.log(
    `${name}: ${code.length} bytes minified, ${size} with brotli, ${verdict} the budget of ${budget} (rxjs not counted)`,
  );
}
process.exitCode = isOver ? 1 : 0;
