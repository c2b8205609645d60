import { expect, test } from 'vitest';
import { readError, readListing } from '../../src/adapters/s3Listing.ts';

const page = (inside: string): string =>
  `<?xml version="1.0"?>\n<ListBucketResult xmlns="x">${inside}</ListBucketResult>\n`;

test('[AD125] S3 listing: escaped text is read as it was meant, and what is inside an entry is not taken for the page', () => {
  const key = 'a&amp;b&lt;c&gt;&quot;&apos;&#33;&#x1F642;&amp;lt;&unknown;';
  const time = '<LastModified>2026-05-17T12:00:00.000Z</LastModified>';
  const foreign = '<Owner><ID>1</ID></Owner><IsTruncated>true</IsTruncated>';
  const read = readListing(
    page(`<Contents>${foreign}<Key>${key}</Key>${time}<Size>12</Size></Contents><IsTruncated>false</IsTruncated>`),
  );
  expect(read).toEqual({
    entries: [{ key: 'a&b<c>"\'!🙂&lt;&unknown;', size: 12, time: new Date('2026-05-17T12:00:00Z') }],
    isTruncated: false,
    next: undefined,
  });
});

test('[AD125] S3 listing: no cut of a listing passes for a whole one', () => {
  const entry = '<Contents><Key>a</Key><Size>1</Size></Contents>';
  const xml = page(`<IsTruncated>false</IsTruncated>${entry}${entry}`).trimEnd();
  expect(readListing(xml)).toMatchObject({ isTruncated: false, entries: [{ key: 'a' }, { key: 'a' }] });
  for (let length = 0; length < xml.length; length += 1) {
    expect(readListing(xml.slice(0, length)).isTruncated).toBeUndefined();
  }
  for (const other of [
    '',
    '<html></html>',
    '<Error><Code>x</Code></Error>',
    page('<IsTruncated>maybe</IsTruncated>'),
  ]) {
    expect(readListing(other).isTruncated).toBeUndefined();
  }
});

test('[AD125] S3 listing: a refusal is read, and what is none says nothing', () => {
  const xml = '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>It&apos;s busy</Message></Error>';
  expect(readError(xml)).toEqual({ code: 'SlowDown', message: "It's busy" });
  expect(readError('<html>busy</html>')).toEqual({ code: undefined, message: undefined });
});
