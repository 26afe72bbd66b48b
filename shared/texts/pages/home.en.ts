/** The page at the Worker's root, and the one in place of what is not there. English (UK). */
export const homeEn = {
  title: "ClearDial",
  titleOf: "ClearDial of {company}",
  lead: "{company} checks with ClearDial whether a telephone number may be called, before anybody calls it.",
  leadPlain:
    "This company checks with ClearDial whether a telephone number may be called, before anybody calls it.",
  called: "Were you called?",
  policy: "How we call: our calling policy",
  request: "Ask about your data, stop calls, or complain",
  work: "Do you work here?",
  workText:
    "Sign in by the extension in your browser: open the link that your administrator sent you. This page has no sign-in.",
  api: "The description of the API",
  missing: "There is no such page",
  missingText: "The address may be mistyped, or a link may have ended.",
  home: "To the first page",
};
