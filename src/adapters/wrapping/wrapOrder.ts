import type { IBucket } from '../../interfaces/IBucket.ts';
import type { IPersistence } from '../../interfaces/IPersistence.ts';

/** From the app to the store: compressed before it is encrypted, and what is sent again is what was sent. */
const layers = ['compressed', 'encrypted', 'retrying'] as const;

export type Layer = (typeof layers)[number];

/** A wrapper says what it is. */
export interface Wrapper {
  readonly layer: Layer;
}

const whys: { readonly [layer in Layer]: string } = {
  compressed: '',
  encrypted: 'what is encrypted cannot be compressed any more',
  retrying: 'each retry would do that work again',
};

const hasAll = (value: object, ...methods: readonly string[]): boolean =>
  methods.every((name) => typeof Reflect.get(value, name) === 'function');

const layerOf = (inner: object): Layer | undefined => layers.find((layer) => layer === Reflect.get(inner, 'layer'));

/** Whether a wrapper may go around that, and which of the two kinds it is then. Throws a `TypeError` that says how to. */
export function wrappedKind(layer: Layer, inner: IBucket | IPersistence): 'bucket' | 'persistence' {
  const kind = kindOf(layer, inner);
  const below = layerOf(inner);
  if (below === layer) throw new TypeError(`this is ${layer} already; write ${layer}(...) once`);
  if (below !== undefined && layers.indexOf(below) < layers.indexOf(layer)) {
    const why = whys[layer];
    throw new TypeError(`write ${below}(${layer}(...)), not ${layer}(${below}(...)): ${why}`);
  }
  return kind;
}

function kindOf(layer: Layer, inner: unknown): 'bucket' | 'persistence' {
  if (typeof inner === 'object' && inner !== null) {
    if (hasAll(inner, 'loadData', 'storeData', 'clearData')) return 'persistence';
    if (hasAll(inner, 'get', 'put', 'delete', 'list')) return 'bucket';
  }
  throw new TypeError(`give ${layer} an IBucket or an IPersistence, such as ${layer}(new MemoryBucket(), ...)`);
}
