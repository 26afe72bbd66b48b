/** Lengths of time in milliseconds. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** The mean month, 365.25 / 12 days: for retention periods that are given in months. */
export const MONTH = 30.4375 * DAY;
