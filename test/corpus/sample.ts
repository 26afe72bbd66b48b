/** Texts and the numbers in them, as a person would mark them. Shared by the tests and the bench. */

export interface Expected {
  /** The number as it is in the text, without label and extension. */
  at: string;
  /** Null if the desk's region cannot settle the country. */
  e164: string | null;
  readings?: string[];
  ext?: string;
  /** The whole number, where the text has its last digits alone. */
  written?: string;
}

export interface Sample {
  text: string;
  region: string;
  numbers: Expected[];
}

export const is = (at: string, e164: string, ext?: string): Expected =>
  ext === undefined ? { at, e164 } : { at, e164, ext };

export const may = (at: string, ...readings: string[]): Expected => ({ at, e164: null, readings });

/** A number of which the text has its last digits alone. */
export const end = (at: string, e164: string, written: string): Expected => ({ at, e164, written });

/** Rows of a text and its numbers, read at a desk in the region. */
export const desk = (region: string, rows: [text: string, ...numbers: Expected[]][]): Sample[] =>
  rows.map(([text, ...numbers]) => ({ text, region, numbers }));

/** Fictional numbers of the United Kingdom, in E.164: most rows use one of these. */
export const LONDON = "+442079460958";
export const LONDON_2 = "+442079460123";
export const MOBILE = "+447700900123";
export const MOBILE_2 = "+447700900456";
export const LEEDS = "+441134960456";
export const VILLAGE = "+441632960123";
