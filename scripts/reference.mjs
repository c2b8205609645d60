// Writes docs/reference from the built declarations. `npm run reference`
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { referenceOf } from './reference/referenceOf.mjs';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'docs/reference');
const { files, undescribed } = referenceOf(root);

mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name));
for (const [name, text] of files) writeFileSync(join(folder, name), text);
console.log(`docs/reference: ${files.size} files`);
for (const name of undescribed) console.error(`has no doc comment: ${name}`);
process.exitCode = undescribed.length === 0 ? 0 : 1;
