/** What the law wants of a call, and how far its rules were seen, in English (United Kingdom). */
export const lawEn = {
  language: "en-GB",
  /** What is said at the start of a call. */
  says: {
    name: "your name or the company’s",
    behalf: "for whom you call",
    purpose: "what you are selling",
    recording: "that the call is recorded",
    objection: "how they can object to such calls",
    contact: "an address or a freephone number, if they ask",
  },
  /** The number that is shown. */
  shows: {
    own: "Show a number that can be called back.",
    "no-mobile": "Do not show a mobile number of their country.",
    "fr-platform": "Show a number of the series for calling platforms (0162, 0163, 0270 …).",
    "140": "Show a number that begins with 140.",
    "400": "Show a number that begins with 400.",
  },
  sayFirst: "The law wants you to say first: {duties}.",
  why: "Why?",
  hideWhy: "Hide",
  /** Of a rule: its source, and how sure it is. */
  rule: "{name} ({id}), looked up on {date}: {seen}.",
  from: "In force since {date}.",
  until: "In force until {date}.",
  seen: {
    text: "the law’s own text",
    regulator: "the regulator’s page",
    others: "told by others, not seen in the law itself",
    unconfirmed: "not confirmed",
  },
  /** Of a reason without a rule of law. */
  ours: "Our own policy.",
  record: "What is on record here, or what is missing.",
};
