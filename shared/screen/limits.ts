/** The largest workbook, in bytes of the file: unpacked it takes some twenty times as much memory. */
export const MAX_XLSX = 20_000_000;
