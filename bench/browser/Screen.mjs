/** The part of a long list that fits a screen, drawn as elements that are laid out when they change. */
export class Screen {
  visible = 40;
  length = 0;
  #list;
  #drawn = [];
  #rows = [];
  #wanted = null;

  constructor(parent) {
    this.#list = parent.appendChild(document.createElement('ul'));
    for (let i = 0; i < this.visible; i++) this.#drawn.push(this.#list.appendChild(document.createElement('li')));
  }

  idAt(place) {
    return this.#rows[place].id;
  }

  /** Of one that looks at the whole list: from the array to what a person would see. */
  show(rows) {
    this.length = rows.length;
    this.#rows = rows;
    for (const [place, element] of this.#drawn.entries()) {
      const { name, status, score } = rows[place] ?? { name: '', status: '', score: '' };
      const text = `${name} · ${status} · ${score}`;
      if (element.textContent !== text) element.textContent = text;
    }
    const wanted = this.#wanted;
    if (wanted === null || (wanted.name !== undefined && rows[wanted.place]?.name !== wanted.name)) return;
    // Asking for a height makes the browser lay out; the frame that follows is the same whoever drew.
    if (this.#list.offsetHeight === 0) throw new Error('nothing is shown');
    this.#wanted = null;
    wanted.resolve();
  }

  /** Once that name stands at that place; without a name, as soon as anything is shown. */
  whenShown(resolve, place, name) {
    this.#wanted = { resolve, place, name };
  }
}
