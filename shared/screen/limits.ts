/** Limits that pages know too: this file holds no schema. */

/** Most numbers of one part. */
export const MAX_PART = 10_000;

/** The largest workbook, in bytes of the file: unpacked it takes some twenty times as much memory. */
export const MAX_XLSX = 20_000_000;
