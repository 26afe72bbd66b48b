/** Limits that pages and the command line know too: this file holds no schema. */

/** Most numbers in one check. */
export const MAX_CHECK = 1000;

/** Most rows of one request in bulk. */
export const MAX_BULK = 500;

/** Most numbers of one part of a screening. */
export const MAX_PART = 10_000;

/** Most findings of a request that are judged at once: a number that is called daily has thousands in its years. */
export const MAX_ITEMS = 5000;

/** The largest workbook, in bytes of the file: unpacked it takes some twenty times as much memory. */
export const MAX_XLSX = 20_000_000;
