import { AwsV4Signer } from 'aws4fetch';
import type { S3Credentials } from './S3CredentialSource.ts';
import type { S3Settings } from './s3Options.ts';

export interface S3Request {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Omitted: the bucket itself is asked. */
  readonly key?: string;
  readonly query?: Fields;
  readonly headers?: Fields;
  readonly body?: Uint8Array<ArrayBuffer>;
}

type Fields = { readonly [name: string]: string | undefined };

export interface S3Signature {
  readonly credentials: S3Credentials;
  readonly region: string;
  /** By the store's clock. */
  readonly time: number;
}

/** Where the keys of a bucket begin. */
export function bucketAddress(settings: S3Settings, region: string): string {
  const { bucket, endpoint, forcePathStyle } = settings;
  const address = endpoint ?? `https://s3.${region}.amazonaws.com`;
  // Certificates for every bucket's host name do not cover one with dots.
  if (forcePathStyle || bucket.includes('.')) return `${address}/${bucket}/`;
  return `${address.replace('://', `://${bucket}.`)}/`;
}

/** The request as `fetch` takes it, signed. */
export async function signedRequest(
  address: string,
  request: S3Request,
  { credentials, region, time }: S3Signature,
): Promise<{ readonly url: string; readonly init: RequestInit }> {
  const { method, key = '', query = {}, headers = {}, body } = request;
  const url = new URL(address + key.replaceAll('!', '%21'));
  for (const [name, value] of givenOf(query)) url.searchParams.set(name, value);
  // aws4fetch would leave the body unsigned, and so unchecked on its way.
  const digest = await crypto.subtle.digest('SHA-256', body ?? new Uint8Array());
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new AwsV4Signer({
    method,
    url: url.href,
    headers: [...givenOf(headers), ['x-amz-content-sha256', hexOf(digest)]],
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service: 's3',
    region,
    datetime: new Date(time).toISOString().replace(/[:-]|\.\d{3}/g, ''),
  });
  const signed = await signer.sign();
  // The answer has to come from the store itself: no cache, and no host that it is redirected to, may stand in for it.
  const ways: RequestInit = { cache: 'no-store', redirect: 'manual', credentials: 'omit' };
  return { url: signed.url.href, init: { ...ways, method, headers: signed.headers, ...(body && { body }) } };
}

function givenOf(fields: Fields): [string, string][] {
  return Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
}

function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
