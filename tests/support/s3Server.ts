import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { MiniflareOptions } from 'miniflare';

export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Of the process that holds the server. */
  readonly pid: number;
  stop(): Promise<void>;
}

const bucket = 'test';
const credentials = { accessKeyId: 'test-key', secretAccessKey: 'test-secret' };

const options: MiniflareOptions = {
  host: '127.0.0.1',
  port: 0,
  cf: false,
  modules: true,
  script: 'export default {}',
  compatibilityDate: '2026-01-01',
  r2Buckets: { B: { id: bucket, s3Credentials: credentials } },
};

/*
 * The server is a child of the process below, and would outlive it if that were killed. So it is held by a process of its
 * own that ends when its input does, and that input ends with whoever started it, however that came about.
 */
const holder = `
  import { Miniflare } from 'miniflare';
  const server = new Miniflare(${JSON.stringify(options)});
  process.stdin.resume().on('end', async () => {
    await server.dispose();
    process.exit();
  });
  console.log(new URL('/cdn-cgi/local/r2/s3', await server.ready).href);
`;

/** An S3 store with compare-and-swap and one empty bucket, in memory. */
export async function startS3Server(): Promise<S3Server> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', holder], {
    cwd: resolve(import.meta.dirname, '../..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const stop = async (): Promise<void> => {
      child.stdin.end();
      await ended;
    };
    // Whoever forgets to stop it ends all the same.
    for (const handle of [child, child.stdin, child.stdout]) (handle as { unref?: () => void }).unref?.();
    return { endpoint: line, bucket, credentials, pid: child.pid ?? 0, stop };
  }
  throw new Error('the S3 server did not start');
}
