/** Codes that people read aloud and type. */

/** Letters and digits that cannot be mistaken for each other. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Eight of them, by eight bytes: `K7PM-2QXR`. */
export function letters(bytes: Uint8Array): string {
  const all = [...bytes.subarray(0, 8)].map((b) => ALPHABET[b % ALPHABET.length]!);
  return `${all.slice(0, 4).join("")}-${all.slice(4).join("")}`;
}
