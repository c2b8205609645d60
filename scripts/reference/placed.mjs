import { pages } from './pages.mjs';

const titleOf = (entry) => `\`${entry}\``;

/** What the entries export and no page has yet. */
class Left {
  #items;

  constructor(types) {
    const own = ([entry, items]) => [entry, items.filter((item) => item.entry === entry)];
    this.#items = new Map([...types.entries].map(own));
  }

  take(entry, name) {
    const items = this.#items.get(entry) ?? [];
    const at = items.findIndex((item) => item.name === name);
    if (at === -1) throw new Error(`${entry} exports no ${name}, or scripts/reference/pages.mjs has it twice`);
    return items.splice(at, 1)[0];
  }

  /** All that is left of an entry. */
  takeAll(entry) {
    return this.#items.get(entry)?.splice(0) ?? [];
  }

  get entries() {
    return [...this.#items].filter(([, items]) => items.length > 0).map(([entry]) => entry);
  }
}

/**
 * The pages with their sections and items: those that pages.mjs names, and at the end of the first page of an entry what
 * else it exports. An entry that is named nowhere has a page of its own.
 */
export function placed(types) {
  const left = new Left(types);
  const named = pages.map((page) => ({
    ...page,
    sections: page.sections.map(({ names, ...section }) => ({
      ...section,
      items: names.map((name) => left.take(section.entry, name)),
    })),
  }));
  for (const { sections } of named) {
    for (const section of sections) if (section.items.length === 0) section.items = left.takeAll(section.entry);
    const more = left.takeAll(sections.at(-1).entry);
    if (more.length > 0) sections.push({ title: 'Other types', entry: sections.at(-1).entry, items: more });
  }
  const others = left.entries.map((entry) => ({
    file: entry.replace(/^tiersync\//, '').replaceAll('/', '-'),
    title: titleOf(entry),
    text: '',
    sections: [{ title: 'All of it', entry, items: left.takeAll(entry) }],
  }));
  return [...named, ...others];
}
