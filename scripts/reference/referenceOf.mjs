import { Description } from './Description.mjs';
import { PublicTypes } from './PublicTypes.mjs';
import { placed } from './placed.mjs';
import { TypeText } from './TypeText.mjs';

const note =
  '<!-- Made from the types by `npm run reference`. What it says is written in the doc comments of the sources. -->';
const anchorOf = ({ name }) => name.toLowerCase();
const linkTo = (item, address) => `[${item.name}](${address})`;

/** The reference, as the built declarations have it: the text of each file by its name, and what lacks a description. */
export function referenceOf(root) {
  const types = new PublicTypes(root);
  const pages = placed(types);
  const fileOf = new Map(
    pages.flatMap(({ file, sections }) => sections.flatMap(({ items }) => items.map((item) => [item, file]))),
  );
  const addressOf = (item) => `${fileOf.get(item)}.md#${anchorOf(item)}`;

  const files = new Map([['README.md', indexOf(pages, addressOf)]]);
  const undescribed = [];
  for (const { file, title, text, sections } of pages) {
    const near = (item) => addressOf(item).replace(`${file}.md`, '');
    const describe = new Description(types, new TypeText(types, near), near);
    const parts = sections.flatMap((section) => [
      `## ${section.title}`,
      ...section.items.map((item) => describe.of(item)),
      alsoIn(section, sections, types, near),
    ]);
    files.set(`${file}.md`, `${[note, `# ${title}`, text, ...parts].filter((part) => part !== '').join('\n\n')}\n`);
    undescribed.push(
      ...sections
        .flatMap(({ items }) => items)
        .filter((item) => !describe.isGiven(item))
        .map(({ name }) => `${file}.md: ${name}`),
    );
  }
  return { files, undescribed };
}

/** At the end of what an entry exports: what it shares with another one, and is described there. */
function alsoIn(section, sections, types, near) {
  if (sections.findLast(({ entry }) => entry === section.entry) !== section) return '';
  const others = types.entries.get(section.entry).filter(({ entry }) => entry !== section.entry);
  return others.length === 0 ? '' : `Also from here: ${others.map((item) => linkTo(item, near(item))).join(', ')}.`;
}

function indexOf(pages, addressOf) {
  const lines = pages.map(({ file, title, sections }) => {
    const names = sections.flatMap(({ items }) => items).map((item) => linkTo(item, addressOf(item)));
    return `## [${title}](${file}.md)\n\n${names.join(' · ')}`;
  });
  const head = [
    note,
    '# Reference',
    'All that the package exports. To learn how to use it, begin with [the guides](../README.md).',
    'Members of objects are readonly. In a table a name with `?` may be left out.',
  ];
  return `${[...head, ...lines].join('\n\n')}\n`;
}
