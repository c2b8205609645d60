import { defineInspector } from 'tiersync/inspector';
import { expect, test } from 'vitest';

test('[IN6] on a server it can be imported, and defining it does nothing', () => {
  expect(globalThis).not.toHaveProperty('customElements');
  expect(defineInspector).not.toThrow();
});
