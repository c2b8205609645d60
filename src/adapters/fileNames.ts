import { sep } from 'node:path';

/*
 * A name becomes a path and the path the same name again, on every disk:
 *
 *   a-z 0-9 . _ - @ $ = ,   stay as they are           tour.task.2026.json
 *   A-Z                     `^` and the small letter   ^readme: some disks see no difference between R and r
 *   any other code unit     `%` and four hex digits    %00e9: nor between two spellings of é
 *   `/`                     a folder ending in `+`     a+/b, so that a file `a` can stand beside it
 *   a very long part        folders ending in `!`      a1234!/5678
 *
 * Nothing written this way begins with `~`; that is where locks and temporary files live.
 */
const plain = /[a-z0-9._@$=,-]/;
const reservedOnWindows = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;
// With the escapes that `closePiece` may add this stays below 200, and 255 is the least that disks allow.
const longestPiece = 180;

/** The path of a name, relative to the bucket's folder. */
export function pathOfName(name: string): string {
  return foldersOf(name.split('/')).join(sep);
}

/** The folder that holds every name with this prefix. */
export function folderOfPrefix(prefix: string): string {
  const whole = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  return foldersOf(whole.split('/')).slice(0, -1).join(sep);
}

/** The name that has this path, or `null` for a file that is none of ours. */
export function nameOfPath(path: string): string | null {
  const pieces = path.split(sep);
  const text = pieces.map((piece) => (piece.endsWith('+') ? `${piece.slice(0, -1)}/` : piece.replace(/!$/, '')));
  const name = text
    .join('')
    .replace(/%([0-9a-f]{4})|\^([a-z])|%/g, (_, unit?: string, letter?: string) =>
      unit === undefined ? (letter?.toUpperCase() ?? '') : String.fromCharCode(Number.parseInt(unit, 16)),
    );
  // Whatever does not lead back to itself was put there by somebody else.
  return name !== '' && pathOfName(name) === path ? name : null;
}

export function isFolder(piece: string): boolean {
  return piece.endsWith('+') || piece.endsWith('!');
}

function foldersOf(segments: readonly string[]): string[] {
  return segments.flatMap((segment, index) => {
    const pieces = piecesOf(segment);
    const last = pieces.pop() ?? '';
    // An empty last segment is a file too, and `%` alone means nothing else.
    const end = index < segments.length - 1 ? `${last}+` : last || '%';
    return [...pieces.map((piece) => `${piece}!`), end];
  });
}

function piecesOf(segment: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (let at = 0; at < segment.length; at += 1) {
    if (piece.length > longestPiece) {
      pieces.push(closePiece(piece));
      piece = '';
    }
    piece += encodeUnit(segment.charAt(at));
  }
  return [...pieces, closePiece(piece)];
}

function encodeUnit(unit: string): string {
  if (plain.test(unit)) return unit;
  return /[A-Z]/.test(unit) ? `^${unit.toLowerCase()}` : escapeUnit(unit);
}

function escapeUnit(unit: string): string {
  return `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** No piece is `.` or `..`, ends in a dot, or is the name of a device. */
function closePiece(piece: string): string {
  const closed = piece.endsWith('.') ? piece.slice(0, -1) + escapeUnit('.') : piece;
  return reservedOnWindows.test(closed) ? escapeUnit(closed.charAt(0)) + closed.slice(1) : closed;
}
