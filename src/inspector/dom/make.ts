type Attributes = { readonly [name: string]: string | number | boolean | ((event: never) => void) | null };
type Child = Node | string;

const svgSpace = 'http://www.w3.org/2000/svg';

/** Sets what is given; false and null take it away. A function listens to the event that its name speaks of. */
export function setAll(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else if (value === null || value === false) element.removeAttribute(name);
    else {
      const text = value === true ? '' : String(value);
      if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
  }
}

/** An element with attributes, listeners and children; a string is text, whatever stands in it. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

export function makeSvg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(svgSpace, name);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

/** Shows a text; what shows it already is left alone. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
