// What a release must hold, each as a ratio to somebody in the same run: absolute times are noise on shared machines.

/** From here on it is a win; what is nearer is parity. */
export const win = 1.3;

/**
 * `ahead`: how many times faster, or smaller, than the best peer. `floor`: at most so many times the floor, or another row
 * of it. `bytes`: no more than that. `than`: a row whose peers count as well, where few have this kind. `but`: who does not
 * count, since it does something else: packed rows, of which each read makes an object.
 */
export const targets = {
  W1: { floor: 3.5 },
  W1i: { ahead: 4 },
  W2: { floor: 5, row: 'W0' },
  W2d: { ahead: 3 },
  W3: { floor: 1.15 },
  W4: { ahead: 6 },
  W4i: { ahead: 100 },
  W5: { ahead: 2.7 },
  W6a: { ahead: 1 / win },
  W6e: { ahead: 100, than: 'W6a' },
  W6b: { ahead: 50 },
  W6f: { ahead: 50, than: 'W6b' },
  W6c: { ahead: 20 },
  W6d: { ahead: 8 },
  W7: { ahead: win },
  'W8-all': { ahead: 2.2 },
  'W8-0': { ahead: 10, bytes: 60 },
  'W8-1': { ahead: 20, bytes: 350 },
  'W8-100': { ahead: 10, bytes: 28_000 },
  'W8-10k': { ahead: 1.9, bytes: 2_800_000 },
  W9: { ahead: 1.1, but: 'sqliteWasm' },
  W10: { bytes: 12_000 },
};
