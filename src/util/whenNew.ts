/** Passes on what is not the same as the one before. */
export function whenNew<T>(
  pass: (value: T) => void,
  isSame: (a: unknown, b: unknown) => boolean = Object.is,
): (value: T) => void {
  let last: T | undefined;
  return (value) => {
    if (isSame(last, value)) return;
    last = value;
    pass(value);
  };
}
