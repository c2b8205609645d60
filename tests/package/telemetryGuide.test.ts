import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { blocksOf } from './blocks.ts';
import { Installed } from './installed.ts';

const installed = new Installed();
afterAll(() => installed.remove());

/** Of OpenTelemetry what a program uses that hands it something, as a list of what it was handed. */
const api = `
  export const SpanStatusCode = { ERROR: 2 };
  export const handed = [];
  const instrument = (name) => (value) => handed.push([name, value]);
  export const trace = {
    getTracer: () => ({
      startSpan: (name, { startTime, attributes }) => ({
        setStatus: ({ code, message }) => handed.push(['status', code, message]),
        end: (endTime) => handed.push([name, attributes.outcome, endTime - startTime]),
      }),
    }),
  };
  export const metrics = {
    getMeter: () => ({
      createCounter: (name) => ({ add: instrument(name) }),
      createHistogram: (name) => ({ record: instrument(name) }),
    }),
  };
`;

const app = `
  import { handed } from '@opentelemetry/api';
  import { DataOrchestrator, MemoryBucket, silentLogger, TierSyncError } from 'tiersync';
  import { telemetry } from './telemetry.mjs';

  const cloud = new MemoryBucket();
  const environment = { now: () => 1_000 };
  const options = { prefix: 'app', environment, telemetry, logger: silentLogger, sync: { autoStart: false } };
  const data = await DataOrchestrator.create({ ...options, cloud });
  data.repo('Note').save({ text: 'a' });
  await data.flush('cloud');
  cloud.get = () => Promise.reject(new TierSyncError('auth-needed', 'a secret'));
  await data.sync.pull().catch(() => {});
  await data.unload();
  console.log(JSON.stringify(handed));
`;

test('[EN15] the bridge of the deployment guide hands OpenTelemetry what each sync did, and how it failed', async () => {
  const [, bridge] = blocksOf('deployment').filter(({ language }) => language === 'js');
  mkdirSync(join(installed.folder, 'node_modules/@opentelemetry/api'), { recursive: true });
  installed.write('node_modules/@opentelemetry/api/package.json', '{ "type": "module", "exports": "./index.js" }');
  installed.write('node_modules/@opentelemetry/api/index.js', api);
  installed.write('telemetry.mjs', bridge?.text ?? '');
  installed.write('app.mjs', app);
  const { code, output } = await installed.run('app.mjs');
  expect(code, output).toBe(0);
  expect(bridge?.text.trim().split('\n').length).toBeLessThanOrEqual(20);
  const handed = JSON.parse(output) as [string, ...unknown[]][];
  const ofAll = (name: string): number =>
    handed.reduce((sum, [what, value]) => sum + (what === name ? Number(value) : 0), 0);
  expect(ofAll('tiersync.pushed')).toBe(1);
  expect(ofAll('tiersync.requests')).toBeGreaterThan(1);
  expect(ofAll('tiersync.bytesSent')).toBeGreaterThan(0);
  const spans = handed.filter(([what]) => what === 'tiersync.sync' || what === 'status');
  expect(spans).toEqual([
    ['tiersync.sync', 'ok', 0],
    ['status', 2, 'auth-needed'],
    ['tiersync.sync', 'failed', 0],
  ]);
  expect(output).not.toContain('secret');
});
