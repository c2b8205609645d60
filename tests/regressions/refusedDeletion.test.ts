import { expect, test } from 'vitest';
import { device } from '../client/support.ts';
import { TableBackend } from '../client/TableBackend.ts';

test('[BE8] a refused deletion of something that was sent before is not dropped: an earlier reply may have been lost', async () => {
  const backend = new TableBackend();
  backend.refuse = () => ({ reason: 'not now' });
  const { notes, push, rejected } = await device(backend);
  const id = notes.save({ text: 'one' });
  await push();
  notes.delete(id);
  await push();
  expect(rejected()).toMatchObject([{ id, reason: 'not now' }]);
});
