import { TierSyncError } from '../errors.ts';

/** What lines may come from: texts or bytes, cut anywhere. */
export type LineSource =
  | AsyncIterable<string | Uint8Array>
  | Iterable<string | Uint8Array>
  | ReadableStream<Uint8Array>;

/** Many times what a record may be: what has no line ends is not read into memory as a whole. */
const longest = 16 * 1024 * 1024;

/** The lines of a source, without their ends; none that is empty behind the last one. */
export async function* textLines(source: LineSource): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunksOf(source)) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = lines.pop() as string;
    yield* lines;
    if (rest.length > longest) throw new TierSyncError('corrupt', `a line is longer than ${longest} characters`);
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

/** Streams cannot be walked through everywhere. */
async function* chunksOf(source: LineSource): AsyncGenerator<string | Uint8Array, void, void> {
  if (!('getReader' in source)) return yield* source;
  const reader = source.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
