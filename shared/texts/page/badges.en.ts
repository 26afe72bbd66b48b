/** The texts of badges, in English (United Kingdom). */
export const pageEn = {
  /** The hidden list for screen readers. */
  list: "ClearDial: telephone numbers on this page",
  spoken: "{number}: {decision}",
  spokenDecision: "{verdict}. {why}",
  /** Instead of the number of a link that dials and has none. */
  noNumber: "No number",
};
