/** Days and hours that exist in every month: the common case, told without making a Date. */
const usual = /^\d{4}-\d\d-(?:[01]\d|2[0-8])T(?:[01]\d|2[0-3]):\d\d:\d\d\.\d{3}Z$/;

/** Only the form that `toISOString` gives, so that equal times are equal texts on every device, in every time zone. */
export function isIsoTime(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && (usual.test(value) || new Date(time).toISOString() === value);
}
