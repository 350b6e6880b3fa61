// Ids of tickets: when it was queued, its place among those queued together, and its name.
//
//   mif3k2x900007-calm-otter      milliseconds since 1970 in eight digits to base 36, four for the place, the name
//
// So they sort in the order of the queue, and a listing of names reads no file.

const HEAD = /^[0-9a-z]{12}-/;

export function ticketId(at: Date, place: number, name: string): string {
  return `${digits(at.getTime(), 8)}${digits(place, 4)}-${name}`;
}

/** Undefined for a file that is no ticket. */
export function nameInId(id: string): string | undefined {
  return HEAD.test(id) ? id.replace(HEAD, '') : undefined;
}

function digits(value: number, width: number): string {
  return value.toString(36).padStart(width, '0');
}
