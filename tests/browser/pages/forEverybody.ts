import type { Page } from 'playwright';

/** What can be used and has no name. */
export function unnamed(): string[] {
  const inside = (root: Document | ShadowRoot): HTMLElement[] =>
    [...root.querySelectorAll<HTMLElement>('*')].flatMap((one) => [
      one,
      ...(one.shadowRoot ? inside(one.shadowRoot) : []),
    ]);
  const usable = inside(document).filter((one) => one.matches('button, input, textarea, select, a[href], [tabindex]'));
  const nameOf = (element: HTMLElement): string => {
    const labels = [...((element as HTMLInputElement).labels ?? [])].map(({ textContent }) => textContent);
    return [element.getAttribute('aria-label'), ...labels, element.textContent].join('').trim();
  };
  return usable.filter((element) => nameOf(element) === '').map(({ outerHTML }) => outerHTML);
}

/** Text whose contrast with what is behind it is below 4.5. */
export function faintTexts(): string[] {
  const inside = (root: Document | ShadowRoot): HTMLElement[] =>
    [...root.querySelectorAll<HTMLElement>('*')].flatMap((one) => [
      one,
      ...(one.shadowRoot ? inside(one.shadowRoot) : []),
    ]);
  const around = (one: Element): Element | null =>
    one.parentElement ?? (one.getRootNode() as Partial<ShadowRoot>).host ?? null;
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const over = (colors: readonly string[]): number[] => {
    context.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]: readonly number[]): number => {
    const [x, y, z] = [r, g, b].map((part) => {
      const share = part! / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!;
  };
  const faint: string[] = [];
  for (const element of inside(document).filter((one) => !one.matches('head, head *'))) {
    const ownText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== '');
    const isField = element.matches('input:not([type=radio], [type=checkbox]), textarea');
    if (!(ownText || isField) || !element.checkVisibility() || element.closest('.unseen, :disabled') !== null) continue;
    const behind: string[] = [];
    for (let at: Element | null = element; at !== null; at = around(at)) {
      behind.unshift(getComputedStyle(at).backgroundColor);
    }
    const isDrawn = element instanceof SVGElement;
    const inks = [isDrawn ? getComputedStyle(element).fill : getComputedStyle(element).color];
    if (isField) inks.push(getComputedStyle(element, '::placeholder').color);
    for (const ink of inks) {
      const [a, b] = [light(over([...behind, ink])), light(over(behind))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (contrast < 4.5) faint.push(`${contrast.toFixed(2)}: ${element.outerHTML.slice(0, 120)}`);
    }
  }
  return faint;
}

/** Goes through the page by Tab, and says where that is not seen. */
export async function withoutVisibleFocus(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let step = 0; step < 30; step++) {
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate(() => {
      let { activeElement } = document;
      while (activeElement?.shadowRoot?.activeElement) activeElement = activeElement.shadowRoot.activeElement;
      if (activeElement === null || activeElement === document.body) return null;
      // What is painted for a radio button or a box is the element after it.
      const isPainted = getComputedStyle(activeElement).opacity !== '0';
      const seen = isPainted ? activeElement : activeElement.nextElementSibling;
      const { outlineStyle, outlineWidth } = getComputedStyle(seen!);
      return outlineStyle === 'none' || outlineWidth === '0px' ? activeElement.outerHTML : null;
    });
    if (hidden !== null) found.push(hidden);
  }
  return found;
}
