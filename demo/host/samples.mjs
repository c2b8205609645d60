const day = 86_400_000;

/** What stands on a board that nobody has used yet. */
export function samples(now) {
  const cards = [
    ['todo', 'Pick a restaurant for Friday', 'Six of us, one does not eat fish', 3],
    ['todo', 'Renew the passport', 'Two photos and the old one', 12],
    ['todo', 'Water the plants', '', 0],
    ['doing', 'Plan the trip to Lisbon', 'Night train, or fly and stay a day longer?', 21],
    ['doing', 'Fix the kitchen tap', 'The washer is 12 mm', null],
    ['done', 'Call grandmother', 'She wants the recipe back', null],
    ['done', 'Return the library books', '', null],
  ];
  return cards.map(([column, title, note, inDays], i) => ({
    title,
    note,
    column,
    since: new Date(now.getTime() - i * 1000),
    ...(inDays === null ? {} : { due: new Date(now.getTime() + inDays * day).toISOString().slice(0, 10) }),
  }));
}
