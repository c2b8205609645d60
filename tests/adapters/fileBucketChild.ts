// Run by fileBucketKill.test.ts as a process of its own: node child.mjs <mode> <folder> <number to begin with>
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { FileBucket } from '../../src/adapters/FileBucket.ts';
import type { BucketObject } from '../../src/interfaces/IBucket.ts';

const [mode, folder = '', first = '0'] = process.argv.slice(2);
const bucket = new FileBucket(folder);

/** Content that tells its own number, of very different lengths. */
function contentOf(number: number): Uint8Array {
  return new TextEncoder().encode(`${number} `.repeat(1 + ((number * 7919) % 4000)));
}

function acknowledge(name: string, content: Uint8Array): void {
  const hash = createHash('sha256').update(content).digest('hex');
  // Written in one piece and at once: the parent must not miss what was acknowledged before the kill.
  writeSync(1, `${JSON.stringify({ name, number: Number.parseInt(new TextDecoder().decode(content), 10), hash })}\n`);
}

async function seen(name: string): Promise<BucketObject | null> {
  return (await bucket.get(name)) as BucketObject | null;
}

const modes: Record<string, () => Promise<unknown>> = {
  async write() {
    const plain = async () => {
      for (let number = Number(first); ; number += 1) {
        const name = `app/Data/${number % 15}`;
        await bucket.put(name, contentOf(number));
        acknowledge(name, contentOf(number));
      }
    };
    const swapping = async () => {
      for (let number = Number(first); ; number += 1) {
        const before = await seen('app/head');
        const condition = before === null ? ({ ifAbsent: true } as const) : { ifVersion: before.version };
        const answer = await bucket.put('app/head', contentOf(number), condition);
        if (answer === 'conflict') throw new Error('a conflict with nobody');
        acknowledge('app/head', contentOf(number));
      }
    };
    await Promise.all([plain(), swapping()]);
  },

  async count() {
    for (let counted = 0; counted < 100; ) {
      const before = await seen('count');
      const number = before === null ? 0 : Number(new TextDecoder().decode(before.bytes));
      const condition = before === null ? ({ ifAbsent: true } as const) : { ifVersion: before.version };
      const answer = await bucket.put('count', new TextEncoder().encode(String(number + 1)), condition);
      if (answer !== 'conflict') counted += 1;
    }
  },

  async hold() {
    const forEver = setInterval(() => {}, 1 << 30);
    await bucket.exclusive(async () => {
      writeSync(1, 'held\n');
      await new Promise(() => {});
    });
    clearInterval(forEver);
  },
};

await modes[mode ?? '']?.();
