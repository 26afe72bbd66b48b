/** Limits of the API that pages and the command line need. No schemas here, so that pages may import it. */

/** Most numbers in one check. */
export const MAX_CHECK = 1000;

/** Most rows of one request in bulk. */
export const MAX_BULK = 500;

/** Most numbers in one part of a screening. */
export const MAX_PART = 10_000;

/** Most items of a privacy request decided at once: a number called daily has thousands over the years. */
export const MAX_ITEMS = 5000;

/** The largest workbook, in bytes of the file. Unpacked, it takes about twenty times as much memory. */
export const MAX_XLSX = 20_000_000;
