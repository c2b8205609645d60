import type { S3Page } from './S3Calls.ts';
import { timeIn } from './s3Failure.ts';

/*
 * S3 answers in XML of one fixed shape, without attributes or mixed content below its root. These few lines read that
 * shape alone, also where there is no DOMParser.
 */

/** One page of ListObjectsV2. What is no whole listing has `isTruncated` undefined, so that it is not taken for an empty one. */
export function readListing(xml: string): S3Page {
  const [, inside] = /<ListBucketResult(?:\s[^>]*)?>([\s\S]*)<\/ListBucketResult>\s*$/.exec(xml) ?? [];
  if (inside === undefined) return { entries: [], isTruncated: undefined, next: undefined };
  const contents = /<Contents>([\s\S]*?)<\/Contents>/g;
  const entries = [...inside.matchAll(contents)].map(([, content = '']) => ({
    key: textOf(content, 'Key') ?? '',
    size: Number(textOf(content, 'Size')),
    time: timeIn(textOf(content, 'LastModified')),
  }));
  const rest = inside.replace(contents, '');
  const isTruncated = { true: true, false: false }[textOf(rest, 'IsTruncated') ?? ''];
  return { entries, isTruncated, next: textOf(rest, 'NextContinuationToken') };
}

/** What the store says of its refusal. */
export function readError(xml: string): { readonly code: string | undefined; readonly message: string | undefined } {
  return { code: textOf(xml, 'Code'), message: textOf(xml, 'Message') };
}

function textOf(xml: string, tag: string): string | undefined {
  const text = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1];
  return text?.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? all;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });
}

const named: { readonly [name: string]: string | undefined } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
