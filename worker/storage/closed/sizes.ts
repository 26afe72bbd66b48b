/** What a large company fills in an hour, and a small one in months; and how much of a name tells so many apart. */

/** Most rows of an object of the trail's archive (about 10 MB before compression), and of a file of closed rows. */
export const ROWS = 20_000;
/** Characters of lines that fill a file, about, where it is not full of rows before: a line with a call is four times as long, and all are in memory twice. */
export const CHARACTERS = 8_000_000;
/** Bits of a name, of 64, that a packed index has; and of a call's id, where a line says sooner whose it is. */
export const NAME_BITS = 48;
export const ID_BITS = 32;
