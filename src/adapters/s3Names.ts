import { TierSyncError } from '../errors.ts';
import { describe } from '../util/checkName.ts';

/*
 * A name becomes a key and the key the same name again, of characters that no S3 store, URL or signature treats specially:
 *
 *   A-Z a-z 0-9 . _ - /     stay as they are                                  app/head
 *   `@`                     `!!`                                              app/data/app.Task.2026!!12-abc
 *   any other run of text   its UTF-16 code units in base64url between `!`    !AOk!
 *   an empty segment        `!`                                               a/!/b
 *   a segment `.` or `..`   as other text, for URLs would lose it             !AC4!
 *
 * Runs, as one character at a time would take a name of 300 accented letters past what S3 allows. Nothing written this way
 * holds a `~`; that is where scratch objects live.
 */
const longestKey = 1024;
const other = /@|[^A-Za-z0-9._@-]+/g;
const endsInOther = /[^A-Za-z0-9._@-]+$/;
const escaped = /!([A-Za-z0-9_-]*)!/g;

/** The keys of a bucket, or of the part of it under a folder such as `team/app`. */
export class S3Names {
  readonly #folder: string;

  constructor(folder = '') {
    const trimmed = folder.replace(/\/$/, '');
    if (trimmed !== '' && encode(trimmed) !== trimmed) {
      throw new TypeError(`prefix: ${describe(folder)} will not do; write letters, digits and . _ - as in 'team/app'`);
    }
    this.#folder = trimmed === '' ? '' : `${trimmed}/`;
  }

  keyOf(name: string): string {
    if (name === '') throw new TypeError('an object needs a name of at least one character');
    const key = this.#folder + encode(name);
    if (key.length <= longestKey) return key;
    const reason = `it takes ${key.length} bytes as a key, and S3 allows ${longestKey}`;
    throw new TierSyncError('invalid-name', `Choose a shorter name than ${describe(name)}: ${reason}.`);
  }

  /** A prefix of the keys of all names with this prefix, and of few others. */
  prefixOf(prefix: string): string {
    const cut = prefix.lastIndexOf('/') + 1;
    const last = prefix.slice(cut);
    // A name that goes on after the prefix has another last run there, and its last segment may no longer be special.
    const certain = last === '.' || last === '..' ? '' : last.replace(endsInOther, '');
    return this.#folder + (cut === 0 ? '' : `${encode(prefix.slice(0, cut - 1))}/`) + encodeRuns(certain);
  }

  /** `null` for an object that is none of ours. */
  nameOf(key: string): string | null {
    if (!key.startsWith(this.#folder)) return null;
    const path = key.slice(this.#folder.length);
    const name = path.split('/').map(decodeSegment).join('/');
    // Whatever does not lead back to itself was put there by somebody else.
    return name !== '' && encode(name) === path ? name : null;
  }

  scratchKey(id: string): string {
    return `${this.#folder}~scratch-${id}`;
  }
}

function encode(name: string): string {
  return name.split('/').map(encodeSegment).join('/');
}

function encodeSegment(segment: string): string {
  if (segment === '') return '!';
  return segment === '.' || segment === '..' ? encodeRun(segment) : encodeRuns(segment);
}

function encodeRuns(text: string): string {
  return text.replace(other, (run) => (run === '@' ? '!!' : encodeRun(run)));
}

function decodeSegment(segment: string): string {
  if (segment === '!') return '';
  return segment.replace(escaped, (_, digits: string) => (digits === '' ? '@' : decodeRun(digits)));
}

function encodeRun(run: string): string {
  const bytes: string[] = [];
  for (let at = 0; at < run.length; at += 1) {
    const unit = run.charCodeAt(at);
    bytes.push(String.fromCharCode(unit >> 8, unit & 255));
  }
  return `!${btoa(bytes.join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}!`;
}

function decodeRun(digits: string): string {
  // One digit over is no base64, and `atob` would throw.
  if (digits.length % 4 === 1) return '';
  const bytes = atob(digits.replaceAll('-', '+').replaceAll('_', '/'));
  let run = '';
  for (let at = 0; at < bytes.length; at += 2) {
    run += String.fromCharCode((bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1));
  }
  return run;
}
