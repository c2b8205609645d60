// What was measured and is kept in the repository, by name.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const file = (name) => new URL(`results/${name}.json`, import.meta.url);

/** Null, if it was never measured. */
export const kept = (name) => (existsSync(file(name)) ? JSON.parse(readFileSync(file(name), 'utf8')) : null);

export const keep = (name, value) => writeFileSync(file(name), `${JSON.stringify(value, null, 2)}\n`);
