import { base } from './base.ts';
import { lists } from './lists.ts';
import { pictures } from './pictures.ts';

let sheet: CSSStyleSheet | null = null;

/** One for all inspectors of a page. A sheet that is made by a script is no inline style, whatever the page's policy says. */
export function styleSheet(): CSSStyleSheet {
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(base + pictures + lists);
  }
  return sheet;
}
