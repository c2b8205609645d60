import type { StoredRecord } from 'tiersync';
import { make } from '../dom/make.ts';
import { rawLines } from '../values/rawLines.ts';
import { type RecordRow, type SharedVersion, sharedVersions } from '../values/recordRows.ts';
import { bytesText, hashText } from '../values/texts.ts';

/** One record as it stands in each tier: one text where they agree, else each with what is different marked. */
export class RawRecord {
  readonly root: HTMLElement = make('div', { class: 'raw', 'aria-live': 'polite' });
  #shown: RecordRow | null | undefined;

  show(row: RecordRow | null): void {
    if (row === this.#shown) return;
    this.#shown = row;
    this.root.replaceChildren(...(row === null ? [] : partsOf(row)));
  }
}

function partsOf(row: RecordRow): HTMLElement[] {
  const versions = sharedVersions(row.versions);
  const missing = (['memory', 'local', 'cloud'] as const).filter((tier) => row.versions[tier] === null);
  return [
    make('h4', {}, make('span', { class: 'tag' }, row.entityName), ' ', make('span', { class: 'mono' }, row.id)),
    ...versions.map((version) => versionOf(version, versions)),
    ...(missing.length > 0 ? [make('p', { class: 'hint' }, `Not in: ${missing.join(', ')}.`)] : []),
  ];
}

function versionOf({ tiers, record }: SharedVersion, all: readonly SharedVersion[]): HTMLElement {
  const others = all.map((other) => other.record).filter((other) => other !== record && !other.isEvicted);
  const lines = record.isEvicted
    ? []
    : rawLines(
        record.text,
        others.map(({ text }) => text),
      );
  return make(
    'section',
    { class: 'version', 'aria-label': `In ${tiers.join(', ')}` },
    make(
      'p',
      { class: 'version-head' },
      ...tiers.map((tier) => make('span', { class: 'chip' }, tier)),
      factsOf(record),
    ),
    make(
      'pre',
      { tabindex: 0, 'aria-label': `Stored text in ${tiers.join(', ')}` },
      ...lines.map(({ text, isOther }) => make('span', { class: isOther ? 'other' : '' }, `${text}\n`)),
    ),
  );
}

function factsOf({ isDeleted, isEvicted, time, version, text, hash }: StoredRecord): string {
  const what = isDeleted ? 'deleted' : isEvicted ? 'content in the cloud only' : `version ${version}`;
  return ` ${what} · ${time} · ${hashText(hash)} · ${bytesText(text.length)}`;
}
