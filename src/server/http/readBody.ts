import { Denial } from '../Denial.ts';
import type { ServerLimits } from '../limits/ServerLimits.ts';

type BodyLimits = Pick<ServerLimits, 'bodyBytes' | 'unpackedBytes' | 'unpackedTimes'>;

const packings: { readonly [encoding: string]: CompressionFormat } = { gzip: 'gzip', deflate: 'deflate' };

/** The JSON that a request brings. What is too large is not read to its end, and not unpacked to its end either. */
export async function readBody(request: Request, limits: BodyLimits): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  // A page can send anything else without being asked for permission first.
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Denial('unsupported-type', 'send JSON, with Content-Type: application/json');
  }
  const length = Number(request.headers.get('content-length') ?? 0);
  if (length > limits.bodyBytes) throw tooLarge(limits.bodyBytes);
  return parsed(await readText(request, limits));
}

/** A body that somebody has parsed already is as large as it would be now. */
export function checkParsedBody(body: unknown, { bodyBytes }: BodyLimits): unknown {
  if (body === undefined) return undefined;
  if (Buffer.byteLength(JSON.stringify(body) ?? '') > bodyBytes) throw tooLarge(bodyBytes);
  return body;
}

async function readText(request: Request, limits: BodyLimits): Promise<string> {
  const { body } = request;
  if (body === null) return '';
  if (body.locked || request.bodyUsed) {
    throw new TypeError(
      'the body was read before this server got it; hand over what it was: handler(request, { body })',
    );
  }
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  const bytes = await collect(body, limits.bodyBytes);
  if (encoding === 'identity') return bytes.toString();
  const packing = packings[encoding];
  if (packing === undefined) throw new Denial('unsupported-type', 'a body may be packed by gzip or deflate');
  const most = Math.min(limits.unpackedBytes, bytes.length * limits.unpackedTimes);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(packing));
  return (await collect(unpacked as ReadableStream<Uint8Array>, most)).toString();
}

async function collect(stream: ReadableStream<Uint8Array>, most: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(chunks);
      bytes += value.length;
      if (bytes > most) throw tooLarge(most);
      chunks.push(value);
    }
  } catch (thrown) {
    // Not waited for: who sends for ever would be waited for for ever.
    reader.cancel().catch(() => {});
    if (thrown instanceof Denial) throw thrown;
    throw new Denial('bad-request', 'the body ended early or is not packed as its header says', { cause: thrown });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Denial('bad-request', 'the body is not JSON', { cause });
  }
}

const tooLarge = (most: number): Denial => new Denial('too-large', `a body has at most ${most} bytes here`);
