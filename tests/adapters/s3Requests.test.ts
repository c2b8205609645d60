import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { S3Bucket } from '../../src/adapters/S3Bucket.ts';
import { S3FetchBucket } from '../../src/adapters/S3FetchBucket.ts';
import type { BucketObject } from '../../src/interfaces/IBucket.ts';
import { collect } from '../../src/testing/check.ts';
import { adapters, bytesOf, refusal, s3Stage } from './s3Stage.ts';

const stage = s3Stage();

const entry = (key: string, size: number): string =>
  `<Contents><Key>${key}</Key><Size>${size}</Size><LastModified>2026-05-17T12:00:00.000Z</LastModified></Contents>`;

function listing(...inside: string[]): { readonly answer: { readonly status: number; readonly body: string } } {
  const root = 'ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return { answer: { status: 200, body: `<?xml version="1.0"?><${root}>${inside.join('')}</ListBucketResult>` } };
}

const more = (token: string): string =>
  `<IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>`;
const noMore = '<IsTruncated>false</IsTruncated>';

describe.each(adapters.map((Bucket) => [Bucket.name, Bucket] as const))('%s', (_, Bucket) => {
  const unavailable = { name: 'TierSyncError', code: 'unavailable' };

  test('[AD33] S3: an empty name is a misuse', async () => {
    const bucket = stage.open(Bucket);
    await expect(bucket.get('')).rejects.toBeInstanceOf(TypeError);
    await expect(bucket.put('', bytesOf('1'))).rejects.toBeInstanceOf(TypeError);
    await expect(bucket.delete('')).rejects.toBeInstanceOf(TypeError);
    expect(stage.proxy.seen).toEqual([]);
  });

  test('[AD101] S3: a prefix that ends amid escaped text lists the names with it and no others', async () => {
    const bucket = stage.open(Bucket);
    for (const name of ['é', 'éa', 'éè', 'è', 'e', '.', '..', '.é', 'a/', 'a//b']) await bucket.put(name, bytesOf('1'));
    const listed = async (prefix: string) => (await collect(bucket.list(prefix))).map(({ name }) => name).sort();
    expect(await listed('é')).toEqual(['é', 'éa', 'éè']);
    expect(await listed('.')).toEqual(['.', '..', '.é']);
    expect(await listed('a//')).toEqual(['a//b']);
  });

  test('[AD102] S3: a bucket keeps within its prefix, and objects that are none of its own are not listed', async () => {
    const outer = stage.open(Bucket, { prefix: `${Bucket.name}/x` });
    const inner = stage.open(Bucket, { prefix: `${Bucket.name}/x/y/` });
    await outer.put('z', bytesOf('1'));
    await inner.put('a', bytesOf('22'));
    expect(await inner.get('z')).toBeNull();
    expect(await collect(inner.list(''))).toMatchObject([{ name: 'a', size: 2 }]);
    expect((await collect(outer.list(''))).map(({ name }) => name).sort()).toEqual(['y/a', 'z']);
    stage.proxy.next(listing(noMore, entry(`${Bucket.name}/x/a%20b`, 1), entry('b', 1), entry(`${Bucket.name}/x/`, 0)));
    expect(await collect(outer.list(''))).toEqual([]);
  });

  test('[AD115] S3: a listing goes on from page to page', async () => {
    const bucket = stage.open(Bucket, { prefix: 'p' });
    const token = 'a+b/c==&amp;x';
    stage.proxy.next(listing(more(token), entry('p/a', 1)), listing(more('2')), listing(noMore, entry('p/a/b', 3)));
    const time = new Date('2026-05-17T12:00:00.000Z');
    expect(await collect(bucket.list('a'))).toEqual([
      { name: 'a', size: 1, time },
      { name: 'a/b', size: 3, time },
    ]);
    const queries = stage.proxy.seen.map(({ url }) => new URL(url, 'http://x').searchParams);
    expect(queries.map((query) => query.get('prefix'))).toEqual(['p/a', 'p/a', 'p/a']);
    expect(queries.map((query) => query.get('continuation-token'))).toEqual([null, 'a+b/c==&x', '2']);
  });

  test('[AD115] S3: what may not be the whole listing is an error', async () => {
    const bucket = stage.open(Bucket);
    const welcome = { answer: { status: 200, body: '<html><body>Welcome</body></html>' } };
    for (const page of [welcome, { answer: { status: 200 } }, listing('<IsTruncated>true</IsTruncated>')]) {
      stage.proxy.next(page);
      await expect(collect(bucket.list(''))).rejects.toMatchObject(unavailable);
    }
    stage.proxy.next(listing(more('1')), listing(more('1')));
    await expect(collect(bucket.list(''))).rejects.toMatchObject(unavailable);
  });

  test('[AD116] S3: an object has the time at which the store wrote it, and a put the time at which it answered', async () => {
    const bucket = stage.open(Bucket);
    const headers = {
      etag: '"1"',
      date: 'Sun, 17 May 2026 12:00:30 GMT',
      'last-modified': 'Sun, 17 May 2026 12:00:00 GMT',
    };
    stage.proxy.next({ answer: { status: 200, headers } }, { answer: { status: 200, headers } });
    expect(await bucket.put('a', bytesOf('1'))).toEqual({ version: '"1"', time: new Date('2026-05-17T12:00:30Z') });
    expect(await bucket.get('a')).toMatchObject({ version: '"1"', time: new Date('2026-05-17T12:00:00Z') });
  });

  test('[AD120] S3: an answer without an ETag is unavailable and says what a browser may lack', async () => {
    const bucket = stage.open(Bucket);
    const bare = { changed: () => ({ status: 200, headers: { 'content-length': '0' } }) };
    stage.proxy.next(bare, bare);
    const failure = { ...unavailable, message: expect.stringContaining('CORS') };
    await expect(bucket.put('a', bytesOf('1'))).rejects.toMatchObject(failure);
    await expect(bucket.get('a')).rejects.toMatchObject(failure);
  });

  test('[AD122] S3: bodies go as they are, signed, without checksums or waiting that other stores stumble over', async () => {
    const bucket = stage.open(Bucket);
    await bucket.put('a@b', new Uint8Array(3_000_000));
    await bucket.get('a@b');
    const [put, get] = stage.proxy.seen;
    expect(put?.headers.get('content-length')).toBe('3000000');
    expect(put?.headers.get('x-amz-content-sha256')).toMatch(/^[0-9a-f]{64}$/);
    for (const seen of [put, get]) {
      expect(seen?.url).toContain('/a%21%21b');
      const names = [...(seen?.headers.keys() ?? [])];
      expect(names.filter((name) => /checksum|^expect$|trailer|transfer-encoding/.test(name))).toEqual([]);
    }
  });

  test('[AD123] S3: options that cannot work are a misuse', () => {
    const credentials = { accessKeyId: 'k', secretAccessKey: 's' };
    const good = { bucket: 'b', endpoint: 'https://s3.example.com', credentials };
    for (const wrong of [{ bucket: '' }, { bucket: 'a/b' }, { endpoint: 's3.example.com' }, { prefix: 'a//b' }]) {
      expect(() => new Bucket({ ...good, ...wrong })).toThrow(TypeError);
    }
  });

  test('[AD124] S3: closing waits for calls under way, and a listing in the middle ends', async () => {
    const bucket = stage.open(Bucket, { prefix: 'p' });
    stage.proxy.next(listing(more('2'), entry('p/a', 1), entry('p/b', 1)));
    const entries = bucket.list('')[Symbol.asyncIterator]();
    expect(await entries.next()).toMatchObject({ value: { name: 'a' } });
    let isDone = false;
    const put = bucket.put('a', bytesOf('1')).then(() => {
      isDone = true;
    });
    await bucket.close();
    expect(isDone).toBe(true);
    await put;
    expect(await entries.next()).toMatchObject({ value: { name: 'b' } });
    await expect(entries.next()).rejects.toMatchObject({ code: 'closed' });
  });
});

test('[AD115] S3: more objects than a page holds are all listed', async () => {
  const [first, second] = adapters.map((Bucket) => stage.open(Bucket, { prefix: 'many' }));
  const names = Array.from({ length: 1005 }, (_, number) => `a@${String(number).padStart(4, '0')}`);
  for (let from = 0; from < names.length; from += 50) {
    await Promise.all(names.slice(from, from + 50).map((name) => first!.put(name, bytesOf(name))));
  }
  stage.proxy.seen.length = 0;
  for (const bucket of [first!, second!]) {
    expect((await collect(bucket.list('a@'))).map(({ name }) => name).sort()).toEqual(names);
  }
  expect(stage.proxy.seen).toHaveLength(4);
});

test('[AD126] S3FetchBucket: the bucket stands in the host name on AWS and in the path elsewhere, unless told', async () => {
  const addressWith = async (options: object): Promise<string> => {
    let asked = '';
    const fetch = async (url: string): Promise<Response> => {
      asked = url;
      return new Response(null, { status: 204 });
    };
    const credentials = { accessKeyId: 'k', secretAccessKey: 's' };
    await new S3FetchBucket({ bucket: 'b', credentials, fetch, ...options }).delete('a/@');
    return asked;
  };
  const region = 'eu-central-1';
  const endpoint = 'https://store.example.com:9000/s3/';
  expect(await addressWith({ region })).toBe('https://b.s3.eu-central-1.amazonaws.com/a/%21%21');
  expect(await addressWith({ region, prefix: 'p' })).toBe('https://b.s3.eu-central-1.amazonaws.com/p/a/%21%21');
  expect(await addressWith({ region, bucket: 'b.c' })).toBe('https://s3.eu-central-1.amazonaws.com/b.c/a/%21%21');
  expect(await addressWith({ region, forcePathStyle: true })).toBe('https://s3.eu-central-1.amazonaws.com/b/a/%21%21');
  expect(await addressWith({ endpoint })).toBe('https://store.example.com:9000/s3/b/a/%21%21');
  expect(await addressWith({ endpoint, forcePathStyle: false })).toBe('https://b.store.example.com:9000/s3/a/%21%21');
});

test('[AD123] S3FetchBucket: without a region or credentials it says what to write', () => {
  const credentials = { accessKeyId: 'k', secretAccessKey: 's' };
  expect(() => new S3FetchBucket({ bucket: 'b', credentials })).toThrow(/write region/);
  expect(() => new S3FetchBucket({ bucket: 'b', region: 'r' } as never)).toThrow(/write credentials/);
});

test('[AD127] S3Bucket: a client of the caller is used as it is, and left open', async () => {
  const { bucket: name, credentials } = stage.server;
  const client = new S3Client({
    endpoint: stage.proxy.endpoint,
    region: 'auto',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  let closings = 0;
  const destroy = client.destroy.bind(client);
  client.destroy = () => {
    closings += 1;
    destroy();
  };
  const bucket = new S3Bucket({ bucket: name, prefix: 'own-client', client });
  const { version } = (await bucket.put('a', bytesOf('1'))) as BucketObject;
  await bucket.close();
  expect(closings).toBe(0);
  const again = new S3Bucket({ bucket: name, prefix: 'own-client', client });
  expect(await again.get('a')).toMatchObject({ bytes: bytesOf('1'), version });
  stage.proxy.next(refusal(403, 'AccessDenied'));
  await expect(again.get('a')).rejects.toMatchObject({ code: 'auth-needed' });
  client.destroy();
});
