// `npm start`: a tiersync server and the demo on one port of this machine, until it is told to stop.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EntityKeyHashStrategy } from 'tiersync';
import { createSyncServer } from 'tiersync/server';
import { bundle } from './host/bundle.mjs';
import { answerPage } from './host/pages.mjs';
import { samples } from './host/samples.mjs';

const usage = 'npm start [-- --port NUMBER]    4321 unless told; 0: any that is free';
const folder = join(process.cwd(), 'demo-data');
/** Whoever asked the process to end does not wait longer than that. */
const endWithinMs = 4_500;
/** As the devices have it. */
const strategy = new EntityKeyHashStrategy({ buckets: 12 });

function portGiven() {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: '4321' } } });
    if (/^\d{1,5}$/.test(values.port) && Number(values.port) <= 65_535) return Number(values.port);
    throw new Error(`--port must be a number from 0 to 65535, not ${values.port}`);
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    return process.exit(2);
  }
}

/** The same that `tiersync serve demo-data --insecure-dev` runs. */
async function openServer() {
  const isNew = !existsSync(folder);
  const sync = await createSyncServer({ database: folder, insecureDev: true, prefix: 'board', strategy });
  if (isNew) await sync.repo('Card').saveMany(samples(new Date()));
  return sync;
}

const port = portGiven();
const http = createServer(async (request, response) => {
  // A page that is opened meanwhile waits.
  const [sync, files] = await opening;
  sync.nodeListener(request, response, () => answerPage(files, request, response));
});
http.on('error', (error) => {
  const isTaken = error.code === 'EADDRINUSE';
  console.error(isTaken ? `Port ${port} is in use. Choose another one: npm start -- --port 4322` : error.message);
  process.exit(1);
});
// Before anything is opened, so that a port that is taken is told at once.
await new Promise((listens) => http.listen(port, '127.0.0.1', listens));
const { port: taken } = http.address();

const opening = Promise.all([openServer(), bundle()]);
let isEnding = false;
async function end() {
  // A terminal tells npm and this process, and npm tells it again.
  if (isEnding) return;
  isEnding = true;
  setTimeout(() => process.exit(1), endWithinMs).unref();
  const [sync] = await opening;
  await sync.close();
  http.close();
  http.closeAllConnections();
  console.log('Stopped.');
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end);

const [sync] = await opening.catch((error) => {
  console.error(error.message);
  return process.exit(1);
});
if (!isEnding) {
  sync.attach(http);
  console.log(`The demo is at http://localhost:${taken}\nIts server keeps its data in ${folder}\nCtrl+C stops both.`);
}
