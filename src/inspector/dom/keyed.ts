/**
 * The children of a list, one for each key. Those that stay keep their element, and with it the focus and what was opened;
 * `make` is asked again only for another item.
 */
export class Keyed<Item> {
  readonly #parent: Element;
  readonly #keyOf: (item: Item) => string;
  readonly #make: (item: Item) => Element;
  #shown = new Map<string, { readonly item: Item; readonly element: Element }>();

  constructor(parent: Element, keyOf: (item: Item) => string, make: (item: Item) => Element) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#make = make;
  }

  show(items: readonly Item[]): void {
    const before = this.#shown;
    this.#shown = new Map(
      items.map((item) => {
        const key = this.#keyOf(item);
        const known = before.get(key);
        return [key, known?.item === item ? known : { item, element: this.#make(item) }];
      }),
    );
    const elements = [...this.#shown.values()].map(({ element }) => element);
    for (const child of [...this.#parent.children]) if (!elements.includes(child)) child.remove();
    for (const [i, element] of elements.entries()) {
      const there = this.#parent.children[i];
      if (there !== element) this.#parent.insertBefore(element, there ?? null);
    }
  }
}
