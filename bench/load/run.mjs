// What a server holds under load: node bench/load/run.mjs [L1 L2 ...] [--scale 1]
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { isMet, lineOf } from './figures.mjs';
import * as burst from './lines/burst.mjs';
import * as coldPull from './lines/coldPull.mjs';
import * as cutDatabase from './lines/cutDatabase.mjs';
import * as fanOut from './lines/fanOut.mjs';
import * as fanOutPglite from './lines/fanOutPglite.mjs';
import * as idle from './lines/idle.mjs';
import * as neighbour from './lines/neighbour.mjs';
import * as pushes from './lines/pushes.mjs';
import * as reconnectStorm from './lines/reconnectStorm.mjs';
import * as slowReader from './lines/slowReader.mjs';
import * as soak from './lines/soak.mjs';
import { Stage } from './Stage.mjs';

const lines = {
  L1: idle,
  L2: fanOut,
  L2p: fanOutPglite,
  L3: burst,
  L4: pushes,
  L5: coldPull,
  L6: reconnectStorm,
  L7: cutDatabase,
  L8: slowReader,
  L9: soak,
  T3: neighbour,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string', default: '1' } },
});
const scale = Number(values.scale);
const names = positionals.length === 0 ? Object.keys(lines) : positionals;
const unknown = names.find((name) => !(name in lines));
if (unknown !== undefined) throw new Error(`there is no ${unknown}; there are ${Object.keys(lines).join(', ')}`);

console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}, scale ${scale}`);
let missed = 0;
let stage = null;
// A PostgreSQL does not end with whoever has started it.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => Promise.resolve(stage?.close()).finally(() => process.exit(1)));
}
for (const name of names) {
  const { title, run } = lines[name];
  stage = new Stage(scale);
  try {
    console.log(`\n${title} (load of the machine beforehand: ${loadavg()[0].toFixed(1)})`);
    for (const figure of (await run(stage)).figures) {
      console.log(`  ${lineOf(figure)}`);
      if (!isMet(figure)) missed += 1;
    }
  } finally {
    await stage.close();
  }
}
console.log(missed === 0 ? '\nall met' : `\n${missed} missed`);
process.exit(missed === 0 ? 0 : 1);
