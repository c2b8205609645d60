import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installed, root } from './installed.ts';

/** The Quick Start program of the text that this library was asked for by; only its imports are ours. */
const program = `
import { DataOrchestrator, EntityKeyDateStrategy, type DateStrategyOptions } from 'tiersync';

class YearStrategy extends EntityKeyDateStrategy {
  separator = '.';
  identifierLength = 8;
  getEntityKeyWithoutPrefix(entityName: string, entity: any) {
    const year = new Date(entity.createdAt || Date.now()).getFullYear();
    return \`\${entityName}.\${year}\`;
  }
  generateAllEntityKeys(prefix: string, entityName: string, year: number) {
    return [\`\${prefix}.\${entityName}.\${year}\`];
  }
}

// Minimal in-memory store implementation (example)
class MemoryStore {
  private blobs: Record<string, any> = {};
  private cache: Record<string, any> = {};
  loadData = async (k: string) => this.blobs[k] ?? null;
  storeData = async (k: string, d: any) => { this.blobs[k] = d; };
  clearData = async (k: string) => { delete this.blobs[k]; };
  get(key: string, entityName: string, id: string) {
    const blob = this.blobs[key];
    return blob?.[entityName]?.[id] ?? null;
  }
  getAll(key: string, entityName: string) {
    const blob = this.blobs[key];
    return Object.values(blob?.[entityName] ?? {});
  }
  save(key: string, entityName: string, entity: any) {
    this.blobs[key] = this.blobs[key] || {};
    this.blobs[key][entityName] = this.blobs[key][entityName] || {};
    this.blobs[key][entityName][entity.id] = entity;
    return true;
  }
  delete(key: string, entityName: string, id: string) {
    const blob = this.blobs[key];
    if (blob?.[entityName]?.[id]) delete blob[entityName][id];
  }
}

(async () => {
  const store = new MemoryStore();
  const local = new MemoryStore();
  await DataOrchestrator.load({
    prefix: 'app',
    store,
    local,
    strategy: new YearStrategy()
  });

  type User = { id?: string; name: string; createdAt?: Date; updatedAt?: Date; version?: number };
  const repo = DataOrchestrator.getInstance().repo<User>('User');

  const id = repo.save({ name: 'Alice' });
  console.log('Saved ID', id);
  console.log('Fetched', await repo.get(id));
})();
`;

let installed: Installed;

beforeAll(() => {
  installed = new Installed();
  installed.write('quick-start.js', transformSync(program, { loader: 'ts', target: 'es2022' }).code);
  installed.write('quick-start.ts', program);
});

afterAll(() => installed.remove());

test('[QS1] the Quick Start program runs unchanged on the built package and ends by itself', async () => {
  expect(existsSync(join(root, 'dist/index.js')), 'npm run build comes first').toBe(true);
  const { code, output } = await installed.run('quick-start.js');
  const year = new Date().getFullYear();
  expect(output).toMatch(new RegExp(`^Saved ID User\\.${year}\\.[\\w-]{8}$`, 'm'));
  expect(output).toMatch(/Fetched \{[^}]*name: 'Alice'[^}]*\}/s);
  expect(code).toBe(0);
});

test('[QS1] the Quick Start program type-checks as printed', async () => {
  expect(installed.typeErrors('quick-start.ts')).toBe('');
});
