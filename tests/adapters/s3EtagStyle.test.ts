import { describe, expect, test } from 'vitest';
import type { BucketObject } from '../../src/interfaces/IBucket.ts';
import { collect } from '../../src/testing/check.ts';
import type { Fault, SeenRequest } from '../support/FaultyProxy.ts';
import { adapters, bytesOf, refusal, s3Stage } from './s3Stage.ts';

const stage = s3Stage();

/** What Ceph RGW does: an ETag in quotes matches nothing, one without matches as it should. */
function likeCeph({ method, headers }: SeenRequest): Fault | undefined {
  const etag = headers.get('if-match');
  if (method !== 'PUT' || etag === null) return undefined;
  if (etag.startsWith('"')) return refusal(412, 'PreconditionFailed');
  return { headers: (forwarded) => forwarded.set('if-match', `"${etag}"`) };
}

const conditionalPuts = (): SeenRequest[] => stage.proxy.seen.filter(({ headers }) => headers.has('if-match'));
const isScratch = ({ url }: SeenRequest): boolean => url.includes('~scratch-');

describe.each(adapters.map((Bucket) => [Bucket.name, Bucket] as const))('%s', (_, Bucket) => {
  const put = async (bucket: ReturnType<typeof stage.open>, text: string, ifVersion?: string): Promise<string> => {
    const answer = await bucket.put('a', bytesOf(text), ifVersion === undefined ? {} : { ifVersion });
    expect(answer).not.toBe('conflict');
    return (answer as BucketObject).version;
  };

  test('[AD117] S3: a store that knows ETags without quotes only is found out on a scratch object, once', async () => {
    stage.proxy.fault = likeCeph;
    const bucket = stage.open(Bucket);
    const first = await put(bucket, '1');
    const second = await put(bucket, '2', first);
    expect(await bucket.get('a')).toMatchObject({ bytes: bytesOf('2'), version: second });
    expect(stage.proxy.seen.filter(isScratch)).toHaveLength(5);
    const keys = (await collect(bucket.list(''))).map(({ name }) => name);
    expect(keys).toEqual(['a']);
    stage.proxy.seen.length = 0;
    const third = await put(bucket, '3', second);
    expect(await bucket.put('a', bytesOf('4'), { ifVersion: second })).toBe('conflict');
    expect(await bucket.put('a', bytesOf('4'), { ifVersion: '*' })).toBe('conflict');
    expect(stage.proxy.seen[2]?.headers.get('if-match')).toBe('"*"');
    expect(await bucket.get('a', { unlessVersion: third })).toBe('unchanged');
    expect(stage.proxy.seen).toHaveLength(4);
  });

  test('[AD117] S3: many puts at once find it out together, and one of them wins', async () => {
    stage.proxy.fault = likeCeph;
    const bucket = stage.open(Bucket);
    const first = await put(bucket, 'first');
    const numbers = Array.from({ length: 8 }, (_, number) => number);
    const answers = await Promise.all(numbers.map((n) => bucket.put('a', bytesOf(`${n}`), { ifVersion: first })));
    expect(answers.filter((answer) => answer !== 'conflict')).toHaveLength(1);
    expect(new Set(stage.proxy.seen.filter(isScratch).map(({ url }) => url.split('?')[0])).size).toBe(1);
  });

  test('[AD118] S3: a refusal that is one costs a look at what stands there, and nothing once a put has succeeded', async () => {
    const bucket = stage.open(Bucket);
    const first = await put(bucket, '1');
    const second = await put(bucket, '2');
    stage.proxy.seen.length = 0;
    expect(await bucket.put('a', bytesOf('3'), { ifVersion: first })).toBe('conflict');
    expect(stage.proxy.seen.map(({ method }) => method)).toEqual(['PUT', 'GET']);
    await put(bucket, '3', second);
    stage.proxy.seen.length = 0;
    expect(await bucket.put('a', bytesOf('4'), { ifVersion: second })).toBe('conflict');
    expect(stage.proxy.seen).toHaveLength(1);
  });

  test('[AD118] S3: no ETag without quotes is ever sent for an object to a store that knows them with quotes', async () => {
    const bucket = stage.open(Bucket);
    const first = await put(bucket, '1');
    // Somebody wrote another content and the old one again in between.
    stage.proxy.next(refusal(412, 'PreconditionFailed'));
    expect(await bucket.put('a', bytesOf('2'), { ifVersion: first })).toBe('conflict');
    expect(stage.proxy.seen.filter(isScratch).map(({ method }) => method)).toEqual(['PUT', 'PUT', 'DELETE']);
    for (const { headers } of conditionalPuts()) expect(headers.get('if-match')).toMatch(/^".*"$/);
    expect(await bucket.get('a')).toMatchObject({ bytes: bytesOf('1') });
  });

  test('[AD118] S3: a store that takes what it does not understand for no condition keeps the quotes', async () => {
    const bucket = stage.open(Bucket);
    const first = await put(bucket, '1');
    stage.proxy.fault = (request) => {
      const fault = likeCeph(request);
      return fault?.headers === undefined ? fault : { headers: (headers) => headers.delete('if-match') };
    };
    expect(await bucket.put('a', bytesOf('2'), { ifVersion: first })).toBe('conflict');
    const bare = conditionalPuts().filter(({ headers }) => !headers.get('if-match')?.startsWith('"'));
    expect(bare.map(isScratch)).toEqual([true]);
    expect(await bucket.get('a')).toMatchObject({ bytes: bytesOf('1') });
  });

  test('[AD119] S3: a style that is told is used at once, and nothing is found out', async () => {
    const prefix = `told/${Bucket.name}`;
    stage.proxy.fault = likeCeph;
    const unquoted = stage.open(Bucket, { etagStyle: 'unquoted', prefix });
    const first = await put(unquoted, '1');
    await put(unquoted, '2', first);
    const quoted = stage.open(Bucket, { etagStyle: 'quoted', prefix });
    const third = await put(quoted, '3');
    expect(await quoted.put('a', bytesOf('4'), { ifVersion: third })).toBe('conflict');
    expect(stage.proxy.seen).toHaveLength(4);
  });
});
