/** The desk's box that finds a number everywhere, and its page. English (UK). */
export const findEn = {
  /** Not the name of any field of a page. */
  box: "Look everywhere",
  placeholder: "Number, or last 6 digits",
  go: "Find",
  title: "Find a number",
  lead: "Wherever it is on record: a whole number as anybody writes it, its beginning, or at least five of its last digits. Each number shown counts against your hour, and the trail says that you looked.",
  field: "Number, or part of it",
  fieldNote: "As anybody writes it, or five or more of its last digits",
  needed: "Write a number first.",
  recent: "Asked since this desk was opened",
  again: "Find {number} again",
  places: "Where it looks",
  none: "No number on record matches",
  noneText:
    "Write more of it, or all of it: the verdict on a whole number shows also where nothing is on record.",
  more: "More numbers match than are shown here. Write more digits.",
  label: "Numbers",
  columns: {
    number: "Number",
    verdict: "Now",
    suppressions: "Do-not-call",
    consents: "Consents",
    dials: "Dials",
    calls: "Calls",
    recordings: "Recordings",
    requests: "Requests",
    screenings: "Screenings",
    proof: "Proof",
  },
  /** A link whose text is a count alone, in words. */
  countLabel: "{place} of {number}: {n}",
  nothing: "none",
  why: "Why?",
  whyLabel: "Why {number} is judged so",
  proof: "Proof",
  proofLabel: "Proof of {number}",
};
