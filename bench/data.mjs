// Deterministic test data: entity i is the same in every process. Ten fields, about 285 bytes of JSON.
const statuses = ['open', 'closed', 'pending', 'blocked', 'archived'];
const words = 'oak elm fir ash yew pine palm rose fern moss reed vine leaf root bark seed bulb twig thorn bloom'.split(
  ' ',
);
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A small seeded generator (xorshift32). */
export function generator(seed) {
  let state = (seed * 2654435761 + 1) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

export function idOf(i) {
  const next = generator(i + 7);
  for (let k = 0; k < 4; k++) next();
  let id = `region${String(i % 16).padStart(2, '0')}.`;
  for (let k = 0; k < 12; k++) id += alphabet[Math.floor(next() * alphabet.length)];
  return id;
}

/** No two entities share a score, so an order by it has no ties. */
export const scoreOf = (i) => Math.imul(i + 1, 0x9e3779b1) & 0x3fffffff;
export const statusOf = (i) => statuses[Math.floor(generator(i + 99)() * 7919) % statuses.length];

const firstDay = Date.UTC(2025, 0, 1);
const minute = 60_000;

export function entity(i) {
  const next = generator(i + 31);
  const word = () => words[Math.floor(next() * words.length)];
  const name = `${word()} ${word()}`;
  return {
    id: idOf(i),
    name,
    email: `${name.replace(' ', '.')}.${i}@example.org`,
    status: statusOf(i),
    score: scoreOf(i),
    active: next() < 0.5,
    note: Array.from({ length: 8 }, word).join(' '),
    scheduledAt: new Date(firstDay + i * minute).toISOString(),
    lastEditedAt: new Date(firstDay + i * minute + Math.floor(next() * 60 * minute)).toISOString(),
    revision: 1,
  };
}

/** Through JSON, so that strings are flat as those that came off a wire are. */
const flat = (value) => JSON.parse(JSON.stringify(value));
export const entities = (from, to) => flat(Array.from({ length: to - from }, (_, k) => entity(from + k)));

/** Ids of random entities among the first `count`. */
export function randomIds(count, length) {
  const next = generator(5);
  return flat(Array.from({ length }, () => idOf(Math.floor(next() * count))));
}

/** The first ids with the status that queries ask for. */
export function openIds(count, length) {
  const ids = [];
  for (let i = 0; i < count && ids.length < length; i++) if (statusOf(i) === 'open') ids.push(idOf(i));
  return flat(ids);
}

/** The reference answer to the queries, from the generator alone. */
export function expectedTop(count, limit) {
  const open = [];
  for (let i = 0; i < count; i++) if (statusOf(i) === 'open') open.push(i);
  return open
    .sort((a, b) => scoreOf(b) - scoreOf(a))
    .slice(0, limit)
    .map(idOf);
}
