import type { TextPersistence } from '../TextPersistence.ts';

/** Prints what would keep the process alive now, and ends it, because it might not end by itself. */
export function reportTimers(): void {
  const timers = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  process.stdout.write(JSON.stringify({ timers }), () => process.exit(0));
}

/** Breaks the disk, runs the work, waits until the disk was tried, and prints how many rejections nobody handled. */
export async function reportUnhandled(local: TextPersistence, work: () => void): Promise<void> {
  let unhandled = 0;
  process.on('unhandledRejection', () => unhandled++);
  const keepAlive = setInterval(() => {}, 1000);
  await new Promise<void>((resolve) => {
    local.onStore = () => {
      resolve();
      throw new Error('disk broken');
    };
    work();
  });
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  clearInterval(keepAlive);
  process.stdout.write(JSON.stringify({ unhandled }), () => process.exit(0));
}
