import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BackendChange, Pulled, PushResult } from 'tiersync/client';
import { expect, test } from 'vitest';
import { device, refusals } from './support.ts';

interface Written {
  pull(after: number, limit: number): Pulled;
  push(user: string, changes: readonly BackendChange[]): readonly PushResult[];
}

/** The backend as the guide prints it. */
function written(): { readonly backend: Written; readonly lines: number } {
  const guide = readFileSync(resolve(import.meta.dirname, '../../docs/guides/backend.md'), 'utf8');
  const [, code = ''] = /## The backend, in 30 lines\n\n```js\n([\s\S]*?)```/.exec(guide) ?? [];
  return {
    backend: new Function(`${code}; return { pull, push };`)() as Written,
    lines: code.trim().split('\n').length,
  };
}

test('[BE1] the 30 lines of the guide are a backend', async () => {
  const { backend, lines } = written();
  expect(lines).toBeLessThanOrEqual(30);
  const as = (user: string) =>
    device({
      pull: async (cursor, { limit }) => backend.pull(Number(cursor ?? 0), Math.min(limit, 2)),
      push: async (changes) => backend.push(user, JSON.parse(JSON.stringify(changes)) as BackendChange[]),
    });
  const anna = await as('anna');
  const ben = await as('ben');
  const id = anna.data.repo('task').save({ title: 'buy milk' });
  anna.notes.saveMany([{ text: '1' }, { text: '2' }, { text: '3' }]);
  await anna.push();
  await ben.pull();
  expect(await ben.texts()).toEqual(['1', '2', '3']);
  await ben.data.repo('task').update(id, { title: '' });
  ben.notes.delete((await ben.notes.getAll())[0]!.id);
  await ben.push();
  expect(refusals(ben.rejected())).toEqual([
    'validation: a task needs a title',
    'auth-needed: only anna deletes tasks',
  ]);
  await ben.rejected()[0]!.edit({ title: 'buy oat milk' });
  await ben.push();
  await anna.pull();
  expect(await anna.data.repo('task').get(id)).toMatchObject({ title: 'buy oat milk' });
});
