import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Installed, root } from './installed.ts';

const installed = new Installed(['@electric-sql/pglite', 'rxjs']);
afterAll(() => installed.remove());

const blocksOf = (guide: string, language: string): string[] => {
  const text = readFileSync(join(root, `docs/guides/${guide}.md`), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block]) => block!);
};

test('[GD11] the adapters of the adapters guide pass the contract suites, as the guide runs them', async () => {
  const [persistence, bucket, suites] = blocksOf('adapters', 'js');
  installed.write('AsyncStoragePersistence.mjs', persistence!);
  installed.write('SqlBucket.mjs', bucket!);
  installed.write('adapters.test.mjs', suites!);
  const { code, output } = await installed.run('--test', '--test-reporter=tap', 'adapters.test.mjs');
  expect(output).toContain('# fail 0');
  expect(Number(/# pass (\d+)/.exec(output)![1])).toBeGreaterThan(20);
  expect(code).toBe(0);
}, 120_000);

test('[GD12] the program of the deployment guide prints what entities take, in the words of the guide', async () => {
  installed.write('size.mjs', blocksOf('deployment', 'js')[0]!);
  const { code, output } = await installed.run('--expose-gc', 'size.mjs', '200');
  const withoutNumbers = (text: string): string => text.replace(/-?\d+/g, 'N');
  expect(withoutNumbers(output)).toBe(withoutNumbers(blocksOf('deployment', 'text')[0]!));
  expect(code).toBe(0);
});
