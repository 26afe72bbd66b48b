/** The kinds of line that numbering plans have ranges for, in the order in which a number's kind is looked for. */
export const LINE_TYPES = [
  "fixed-or-mobile",
  "fixed",
  "mobile",
  "premium",
  "freephone",
  "shared-cost",
  "voip",
  "personal",
  "pager",
  "uan",
  "voicemail",
] as const;

/** `fixed-or-mobile`: the plan does not tell these apart, as in North America. `uan`: one number for a whole company. */
export type LineType = (typeof LINE_TYPES)[number];
