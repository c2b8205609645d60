import { TierSyncError } from 'tiersync';
import { describe, expect, test } from 'vitest';
import { S3Bucket } from '../../src/adapters/S3Bucket.ts';
import { S3FetchBucket } from '../../src/adapters/S3FetchBucket.ts';
import { adapters, bytesOf, refusal, s3Stage } from './s3Stage.ts';

const stage = s3Stage();
const authNeeded = { name: 'TierSyncError', code: 'auth-needed' };

describe.each(adapters.map((Bucket) => [Bucket.name, Bucket] as const))('%s', (_, Bucket) => {
  test('[AD110] S3: a function for credentials is asked once for many calls', async () => {
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return stage.server.credentials;
    };
    const bucket = stage.open(Bucket, { credentials });
    expect(asked).toBe(0);
    await Promise.all([bucket.put('a', bytesOf('1')), bucket.put('b', bytesOf('2')), bucket.get('c')]);
    await bucket.get('a');
    expect(asked).toBe(1);
  });

  test('[AD110] S3: it is asked again before what it gave expires', async () => {
    let now = Date.parse('2026-05-17T12:00:00Z');
    let asked = 0;
    const credentials = () => {
      asked += 1;
      return { ...stage.server.credentials, expiration: new Date(now + 3_600_000) };
    };
    const bucket = stage.open(Bucket, { credentials, environment: { now: () => now } });
    stage.proxy.fault = () => refusal(404, 'NoSuchKey');
    await bucket.get('a');
    now += 3_539_999;
    await bucket.get('a');
    expect(asked).toBe(1);
    now += 1;
    await Promise.all([bucket.get('a'), bucket.get('b'), bucket.get('c')]);
    expect(asked).toBe(2);
  });

  test('[AD110] S3: it is asked again when the store refuses, and the call is made once more', async () => {
    const { accessKeyId, secretAccessKey } = stage.server.credentials;
    let asked = 0;
    const credentials = () => {
      asked += 1;
      return { accessKeyId, secretAccessKey: asked === 1 ? 'out of date' : secretAccessKey };
    };
    const bucket = stage.open(Bucket, { credentials });
    const puts = ['a', 'b', 'c'].map((name) => bucket.put(name, bytesOf(name), { ifAbsent: true }));
    for (const answer of await Promise.all(puts)) expect(answer).toMatchObject({ version: expect.any(String) });
    expect(asked).toBe(2);
    expect(stage.proxy.seen).toHaveLength(6);
  });

  test('[AD110] S3: refused for good it is auth-needed after two requests, and one with fixed credentials', async () => {
    const wrong = { ...stage.server.credentials, secretAccessKey: 'wrong' };
    let asked = 0;
    const credentials = () => {
      asked += 1;
      return wrong;
    };
    await expect(stage.open(Bucket, { credentials }).get('a')).rejects.toMatchObject(authNeeded);
    expect([asked, stage.proxy.seen.length]).toEqual([2, 2]);
    await expect(stage.open(Bucket, { credentials: wrong }).get('a')).rejects.toMatchObject(authNeeded);
    expect(stage.proxy.seen).toHaveLength(3);
  });

  test('[AD111] S3: a function that fails is unavailable, one that says who has to sign in is believed, and both are asked again', async () => {
    const failures = [
      () => Promise.reject(new TypeError('fetch failed')),
      () => {
        throw new Error('no token server');
      },
      () => Promise.reject(new TierSyncError('auth-needed', 'sign in')),
    ];
    const credentials = () => failures.shift()?.() ?? stage.server.credentials;
    const bucket = stage.open(Bucket, { credentials });
    await expect(bucket.get('a')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(bucket.get('a')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(bucket.get('a')).rejects.toMatchObject({ ...authNeeded, message: 'sign in' });
    expect(stage.proxy.seen).toEqual([]);
    expect(await bucket.get('a')).toBeNull();
  });

  test('[AD111] S3: a session token goes with every request', async () => {
    const credentials = { ...stage.server.credentials, sessionToken: 'the-session' };
    stage.proxy.fault = () => refusal(404, 'NoSuchKey');
    await stage.open(Bucket, { credentials }).get('a');
    expect(stage.proxy.seen[0]?.headers.get('x-amz-security-token')).toBe('the-session');
    expect(stage.proxy.seen[0]?.headers.get('authorization')).toContain('x-amz-security-token');
  });
});

test('[AD121] S3FetchBucket: a device whose clock is off is told so once, and then goes by the clock of the store', async () => {
  const storeTime = Date.parse('2026-05-17T12:00:00Z');
  const now = () => storeTime - 86_400_000;
  const bucket = stage.open(S3FetchBucket, { environment: { now } });
  stage.proxy.next(refusal(403, 'RequestTimeTooSkewed', { date: new Date(storeTime).toUTCString() }), {
    answer: { status: 204 },
  });
  await expect(bucket.delete('a')).rejects.toMatchObject({ code: 'unavailable' });
  await bucket.delete('a');
  const times = stage.proxy.seen.map(({ headers }) => headers.get('x-amz-date'));
  expect(times).toEqual(['20260516T120000Z', '20260517T120000Z']);
});

test('[AD121] S3Bucket: a device whose clock is off is told so once, and then goes by the clock of the store', async () => {
  const bucket = stage.open(S3Bucket);
  stage.proxy.next(refusal(403, 'RequestTimeTooSkewed', { date: 'Sun, 17 May 2026 12:00:00 GMT' }), {
    answer: { status: 204 },
  });
  await expect(bucket.delete('a')).rejects.toMatchObject({ code: 'unavailable' });
  await bucket.delete('a');
  expect(stage.proxy.seen[1]?.headers.get('x-amz-date')).toMatch(/^20260517T120/);
});
