// What object stores charge, in US dollars: list prices as we knew them when this was written, without free tiers. They
// change; put today's here.
export const prices = [
  { store: 'AWS S3 standard', write: 0.005 / 1000, read: 0.0004 / 1000, gigabyteMonth: 0.023, egressGigabyte: 0.09 },
  { store: 'Cloudflare R2', write: 4.5 / 1e6, read: 0.36 / 1e6, gigabyteMonth: 0.015, egressGigabyte: 0 },
];

export const use = { days: 30, hours: 8, pollSeconds: 30, editsADay: 100 };

/** A device that polls, sends its edits one by one, and receives as many of others. */
export function deviceMonth({ write, read, gigabyteMonth, egressGigabyte }, { edit, stored }) {
  const polls = (use.days * use.hours * 3600) / use.pollSeconds;
  const edits = use.days * use.editsADay;
  return {
    polls,
    edits,
    polling: polls * read,
    editing: edits * (edit.reads * read + edit.writes * write),
    storage: (stored / 1e9) * gigabyteMonth,
    egress: ((edits * edit.received) / 1e9) * egressGigabyte,
    // The same looks by listing instead of a conditional read of one object.
    pollingByList: polls * write,
  };
}
