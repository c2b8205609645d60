import { expect, test } from 'vitest';
import { EntityKeyHandler } from '../../src/EntityKeyHandler.ts';
import type { SyncDocument } from '../../src/interfaces/SyncDocument.ts';
import { FailedAttempts } from '../../src/server/limits/FailedAttempts.ts';
import { MemorySyncStore } from '../../src/server/MemorySyncStore.ts';
import { SourceFeed } from '../../src/server/SourceFeed.ts';
import { EntityKeyGlobalStrategy } from '../../src/strategies/EntityKeyGlobalStrategy.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';

const year = 365 * 86_400_000;

function feedOf(documents: readonly SyncDocument[]) {
  const environment = new TestEnvironment();
  const asked: (Date | null)[] = [];
  const table = {
    getDocuments: async (_tenant: string, since: Date | null) => {
      asked.push(since);
      return documents;
    },
  };
  const { createId } = environment;
  const keys = new EntityKeyHandler({ prefix: 'app', strategy: new EntityKeyGlobalStrategy(), createId });
  const store = new MemorySyncStore();
  return { environment, asked, feed: new SourceFeed({ store, keys, environment, sources: { Note: table } }) };
}

test('[RS10] a clock of the server that is set back does not keep it from asking the tables of the application', async () => {
  const { environment, asked, feed } = feedOf([]);
  await feed.refresh('acme');
  environment.jump(-year);
  await feed.refresh('acme');
  expect(asked).toHaveLength(2);
});

test('[RS10] a document that was changed in the future hides none that is changed until then', async () => {
  const later = new Date(Date.parse('2026-05-17T12:00:00.000Z') + year);
  const document = { id: 'a', collection: 'Note', data: {}, metadata: { updatedAt: later } };
  const { environment, asked, feed } = feedOf([document]);
  const began = new Date(environment.now());
  await feed.refresh('acme');
  environment.jump(5_000);
  await feed.refresh('acme');
  expect(asked).toEqual([null, began]);
});

test('[LM9] a clock that is set back keeps an address out for no longer than a minute of its own', () => {
  let now = year;
  const attempts = new FailedAttempts(1, () => now);
  attempts.count('10.0.0.1');
  expect(() => attempts.check('10.0.0.1')).toThrow(/too many attempts/);
  now = 0;
  expect(() => attempts.check('10.0.0.1')).not.toThrow();
});
