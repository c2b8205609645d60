/** All days but that of leap years, told without making a Date. */
const usual =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** The one that was seen last: what was saved in one step has one time. */
let latest = '';

/** Only the form that `toISOString` gives, so that equal times are equal texts on every device, in every time zone. */
export function isIsoTime(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  if (value === latest) return true;
  if (usual.test(value)) {
    latest = value;
    return true;
  }
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value;
}
