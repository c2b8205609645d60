import { describe, expect, test } from 'vitest';
import type { BucketObject } from '../../src/interfaces/IBucket.ts';
import { collect } from '../../src/testing/check.ts';
import { FaultyProxy } from '../support/FaultyProxy.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';
import { adapters, bytesOf, refusal, s3Stage } from './s3Stage.ts';

const stage = s3Stage();
const failure = (code: string, more: object = {}): object => ({ name: 'TierSyncError', code, ...more });

describe.each(adapters.map((Bucket) => [Bucket.name, Bucket] as const))('%s', (_, Bucket) => {
  test('[AD104] S3: a condition that does not hold is a conflict, whether the store says 412 or that nothing stands there', async () => {
    const bucket = stage.open(Bucket);
    for (const said of [refusal(412, 'PreconditionFailed'), refusal(404, 'NoSuchKey')]) {
      stage.proxy.next(said, refusal(404, 'NoSuchKey'));
      expect(await bucket.put('a', bytesOf('1'), { ifVersion: '"x"' })).toBe('conflict');
    }
    stage.proxy.next(refusal(412, 'PreconditionFailed'));
    expect(await bucket.put('a', bytesOf('1'), { ifAbsent: true })).toBe('conflict');
    stage.proxy.reset();
    expect(await bucket.put('a', bytesOf('1'), { ifAbsent: true, ifVersion: '"x"' })).toBe('conflict');
    expect(await bucket.put('a', bytesOf('1'), { ifVersion: '' })).toBe('conflict');
    expect(stage.proxy.seen).toEqual([]);
  });

  test('[AD105] S3: where it is open who won, a put is unavailable and never a conflict', async () => {
    const bucket = stage.open(Bucket);
    const { version } = (await bucket.put('a', bytesOf('1'))) as BucketObject;
    for (const fault of [
      refusal(409, 'ConditionalRequestConflict'),
      refusal(500, 'InternalError'),
      { breaks: 'before the answer' } as const,
    ]) {
      stage.proxy.next(fault);
      await expect(bucket.put('a', bytesOf('2'), { ifVersion: version })).rejects.toMatchObject(failure('unavailable'));
      stage.proxy.next(fault);
      await expect(bucket.put('b', bytesOf('2'), { ifAbsent: true })).rejects.toMatchObject(failure('unavailable'));
    }
    // Of the last ones the answer alone was lost.
    expect(await bucket.get('a')).toMatchObject({ bytes: bytesOf('2') });
    expect(await bucket.put('b', bytesOf('2'), { ifAbsent: true })).toBe('conflict');
  });

  test('[AD106] S3: every call is one request, whatever becomes of it', async () => {
    const bucket = stage.open(Bucket);
    stage.proxy.fault = () => refusal(503, 'SlowDown');
    const calls = [
      () => bucket.get('a'),
      () => bucket.put('a', bytesOf('1')),
      () => bucket.put('a', bytesOf('1'), { ifAbsent: true }),
      () => bucket.delete('a'),
      () => collect(bucket.list('')),
    ];
    for (const [index, call] of calls.entries()) {
      await expect(call()).rejects.toMatchObject(failure('unavailable'));
      expect(stage.proxy.seen).toHaveLength(index + 1);
    }
  });

  test('[AD107] S3: only a missing object is null; a missing bucket and the 404 of somebody else are errors', async () => {
    const bucket = stage.open(Bucket);
    stage.proxy.next(
      refusal(404, 'NoSuchKey'),
      refusal(404, 'NoSuchBucket'),
      { answer: { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not here</html>' } },
      { answer: { status: 404 } },
      // A page of somebody else, such as a hotel asks to sign in on.
      { answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' } },
      { answer: { status: 302, headers: { location: 'http://127.0.0.1:9/' } } },
    );
    expect(await bucket.get('a')).toBeNull();
    for (let call = 0; call < 5; call += 1) {
      await expect(bucket.get('a')).rejects.toMatchObject(failure('unavailable'));
    }
    stage.proxy.next(refusal(404, 'NoSuchKey'), refusal(404, 'NoSuchBucket'));
    await bucket.delete('a');
    await expect(bucket.delete('a')).rejects.toMatchObject(
      failure('unavailable', { message: expect.stringContaining('404 NoSuchBucket') }),
    );
  });

  test('[AD108] S3: a store that asks for rest is unavailable for as long as it said', async () => {
    const bucket = stage.open(Bucket, { environment: { now: () => Date.parse('2026-05-17T12:00:00Z') } });
    for (const [status, retryAfter, retryAfterMs] of [
      [503, '7', 7000],
      [429, '0', 0],
      [503, 'Sun, 17 May 2026 12:00:30 GMT', 30_000],
      [503, 'Sun, 17 May 2026 11:00:00 GMT', 0],
      [503, 'soon', undefined],
    ] as const) {
      stage.proxy.next(refusal(status, 'SlowDown', { 'retry-after': retryAfter }));
      await expect(bucket.get('a')).rejects.toMatchObject(failure('unavailable', { retryAfterMs }));
    }
    stage.proxy.next(refusal(503, 'SlowDown'));
    await expect(bucket.get('a')).rejects.toMatchObject(failure('unavailable', { retryAfterMs: undefined }));
  });

  test('[AD109] S3: a refusal of who asks is auth-needed, a store that is full or cannot is named as such', async () => {
    const bucket = stage.open(Bucket);
    for (const [status, said, code] of [
      [401, 'Unauthorized', 'auth-needed'],
      [403, 'AccessDenied', 'auth-needed'],
      [403, 'InvalidAccessKeyId', 'auth-needed'],
      [403, 'SignatureDoesNotMatch', 'auth-needed'],
      [400, 'ExpiredToken', 'auth-needed'],
      [400, 'InvalidToken', 'auth-needed'],
      [403, 'QuotaExceeded', 'quota-exceeded'],
      [507, 'InsufficientStorage', 'quota-exceeded'],
      [400, 'EntityTooLarge', 'too-large'],
      [400, 'KeyTooLongError', 'invalid-name'],
      [501, 'NotImplemented', 'unsuitable-store'],
      [400, 'InvalidRequest', 'unavailable'],
      [301, 'PermanentRedirect', 'unavailable'],
    ] as const) {
      stage.proxy.next(refusal(status, said));
      const message = expect.stringMatching(new RegExp(`^${Bucket.name} test: .*\\b${said}\\b`));
      await expect(bucket.put('a', bytesOf('1'), { ifAbsent: true })).rejects.toMatchObject(failure(code, { message }));
    }
  });

  test('[AD109] S3: a refusal without words still says which it was', async () => {
    const bucket = stage.open(Bucket);
    const body = '<?xml version="1.0"?><Error><Code>UnknownError</Code><Message></Message></Error>';
    stage.proxy.next({ answer: { status: 500, body } }, { answer: { status: 502, body: '<html>Bad gateway</html>' } });
    for (const status of [500, 502]) {
      const message = expect.stringMatching(new RegExp(`^${Bucket.name} test: \\S.*\\(${status}`));
      await expect(bucket.get('a')).rejects.toMatchObject(failure('unavailable', { message }));
    }
  });

  test('[AD112] S3: a request that takes too long is unavailable, also one whose answer has begun', async () => {
    const device = new TestEnvironment();
    const { setTimer, clearTimer } = device;
    const bucket = stage.open(Bucket, { environment: { setTimer, clearTimer }, timeoutMs: 5000 });
    await bucket.put('a', bytesOf('a text that is cut in two'));
    for (const stalls of ['before the answer', 'in the answer'] as const) {
      stage.proxy.next({ stalls });
      const stalled = stage.proxy.nextStall();
      const outcome = bucket.get('a').catch((cause: unknown) => cause);
      await stalled;
      await device.advance(4999);
      expect(device.timers).toBe(1);
      await device.advance(1);
      expect(await outcome).toMatchObject(
        failure('unavailable', { message: expect.stringContaining('no answer within 5000 ms') }),
      );
    }
    expect(await bucket.get('a')).not.toBeNull();
    expect(device.timers).toBe(0);
  });

  test('[AD113] S3: a connection that breaks is unavailable, and half an answer is never taken for a whole', async () => {
    const bucket = stage.open(Bucket);
    await bucket.put('a', bytesOf('a text that is cut in two'));
    for (const breaks of ['before the answer', 'in the answer'] as const) {
      stage.proxy.next({ breaks });
      await expect(bucket.get('a')).rejects.toMatchObject(failure('unavailable'));
      stage.proxy.next({ breaks });
      await expect(collect(bucket.list(''))).rejects.toMatchObject(failure('unavailable'));
    }
    const gone = await FaultyProxy.start(stage.server);
    const nobody = stage.open(Bucket, { endpoint: gone.endpoint });
    await gone.stop();
    await expect(nobody.get('a')).rejects.toMatchObject(
      failure('unavailable', { message: expect.stringContaining('ECONNREFUSED') }),
    );
  });

  test('[AD114] S3: a store that ignores conditions shows itself in the answers', async () => {
    const bucket = stage.open(Bucket);
    const { version } = (await bucket.put('a', bytesOf('1'))) as BucketObject;
    stage.proxy.fault = () => ({
      headers: (headers) => {
        headers.delete('if-match');
        headers.delete('if-none-match');
      },
    });
    expect(await bucket.put('a', bytesOf('1'), { ifAbsent: true })).toMatchObject({ version });
    expect(await bucket.put('a', bytesOf('1'), { ifVersion: '"wrong"' })).toMatchObject({ version });
    expect(await bucket.get('a', { unlessVersion: version })).toBe('unchanged');
  });
});
