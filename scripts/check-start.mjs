// Runs `npm start` as a newcomer does: waits for its page, the script of the page and the server, and ends it with SIGTERM.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const npm = spawn('npm', ['start', '--', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
// npm waits for what it runs only if the shell in between has made way (`exec`).
const ended = new Promise((end) => npm.once('close', (code, signal) => end(code ?? signal)));
const url = await new Promise((found, failed) => {
  createInterface(npm.stdout).on('line', (line) => {
    console.log(line);
    const [address] = /http:\S+/.exec(line) ?? [];
    if (address !== undefined) found(address);
  });
  void ended.then((code) => failed(new Error(`npm start ended with ${code} before it said where it is`)));
});

async function get(path) {
  const response = await fetch(new URL(path, url));
  if (!response.ok) throw new Error(`${path} is answered with ${response.status}`);
  return response.text();
}

const page = await get('/');
const [, script] = /<script type="module" src="([^"]+)"/.exec(page) ?? [];
if (script === undefined) throw new Error('the page has no script');
console.log(
  `page: ${page.length} characters, ${script}: ${(await get(script)).length}, server: ${await get('/sync/v1/health')}`,
);

npm.kill('SIGTERM');
const code = await ended;
console.log(`ended with ${code}`);
process.exitCode = code === 0 ? 0 : 1;
