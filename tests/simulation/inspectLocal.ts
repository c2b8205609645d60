import stableText from 'fast-json-stable-stringify';
import type { EntityKeyData, Metadata } from 'tiersync';
import type { Inspection } from 'tiersync/testing';
import { fromBytes } from '../../src/blob/envelope.ts';
import { asKeyData, type KeyDataDraft } from '../../src/blob/keyData.ts';
import { isHead, joinPages, readHead } from '../../src/blob/pages.ts';
import { keyOfPage } from '../../src/tiers/PagedBlobs.ts';
import { recount, sumsOf } from '../support/recount.ts';

type Device = Inspection['devices'][number];

const suffix = '.json';

/** What is wrong with the indexes of local media that are at rest: each must equal a recount of its blobs. */
export async function inspectLocal({ devices }: Inspection): Promise<readonly string[]> {
  // Where nothing keeps processes apart, a write of one that is over may land under the next one, over the same index.
  const isAlone = ({ plan, hasCrashed }: Device): boolean =>
    !hasCrashed || plan.local === 'bucket' || plan.local.exclusive === true;
  const present = devices.filter((device) => !device.hasVanished && !device.wasTorn && isAlone(device));
  return present.flatMap((device) => {
    const blobs = blobsOf(device);
    const index = blobs.get('app.$metadata') as (Metadata & { $: { checking?: unknown } }) | undefined;
    // A key that was being written when the power went is counted anew before the next write.
    if (index === undefined || index.$.checking !== undefined) return [];
    const keys = [...blobs.keys()].filter((key) => key.startsWith('app.') && !key.startsWith('app.$'));
    const data = keys.map((key) => [key, wholeOf(key, blobs)] as const);
    const [said, counted] = [stableText(sumsOf(index)), stableText(recount(data))];
    return said === counted ? [] : [`device ${device.number}: its index says ${said}, and its blobs ${counted}`];
  });
}

/** With its pages, if it is kept in some. */
function wholeOf(key: string, blobs: ReadonlyMap<string, EntityKeyData>): EntityKeyData {
  const found = readHead(key, structuredClone(blobs.get(key)));
  if (!isHead(found)) return asKeyData(found);
  const pages = Array.from(
    { length: found.count },
    (_, number) => found.writing.get(number) ?? blobs.get(keyOfPage('app.', key, found.count, number)),
  );
  return asKeyData(joinPages(found.rest, pages as KeyDataDraft[]));
}

function blobsOf({ disk, objects, plan }: Device): Map<string, EntityKeyData> {
  if (plan.local !== 'bucket') {
    return new Map(disk.keys.map((key) => [key, JSON.parse(disk.read(key) ?? 'null') as EntityKeyData]));
  }
  const names = objects.list('app.').map(({ name }) => name);
  return new Map(
    names.map((name) => {
      const found = objects.get(name) as { bytes: Uint8Array };
      return [name.slice(0, -suffix.length), fromBytes(name, found.bytes) as EntityKeyData];
    }),
  );
}
