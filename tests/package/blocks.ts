import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './installed.ts';

/** A fenced block of a document, as a reader copies it. */
export interface Block {
  /** Where it stands, for messages. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

/** The README and all guides, by name. */
export const documents: ReadonlyMap<string, string> = new Map([
  ['README', readFileSync(join(root, 'README.md'), 'utf8')],
  ...readdirSync(join(root, 'docs/guides')).map((file): [string, string] => [
    file.replace(/\.md$/, ''),
    readFileSync(join(root, 'docs/guides', file), 'utf8'),
  ]),
]);

export function blocksOf(document: string): Block[] {
  const text = documents.get(document) as string;
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(({ index, 2: language, 3: block }) => ({
    place: `${document}:${text.slice(0, index).split('\n').length}`,
    language: language as string,
    text: block as string,
  }));
}
