/** The texts of badges and card, in English (United Kingdom). */
export const pageEn = {
  /** The hidden list for screen readers. */
  list: "ClearDial: telephone numbers on this page",
  spoken: "{number}: {decision}",
  spokenDecision: "{verdict}. {why}",
  /** Instead of the number, where policy hides blocked ones. */
  masked: "Hidden number",
  /** Instead of the number of a link that dials and has none. */
  noNumber: "No number",
  close: "Close",
  extension: "extension {ext}",
  couldBe: "It could be",
  /** By what the country of a number without a code was decided. */
  decidedBy: {
    said: "{country}, as was said here.",
    record: "{country}, by what is beside it.",
    form: "{country}, by the way it is written.",
    policy: "{country}, one of the countries you call.",
    language: "{country}, by the page's language.",
  },
  reasons: "Why",
  identity: "Say who is calling",
  ourNumber: "They will see {number}.",
  onRequest: "If they ask: {contact}",
  noIdentity: "Your manager has not set what to say yet.",
  doNotCall: "Put on our do-not-call list",
  doNotCallWhy: "What did they say?",
  doNotCallHint: "Nobody here will call the number again.",
  doNotCallExample: "Asked us not to call again",
  doNotCallSave: "Put on the list",
  doNotCallDone: "It is on the list. Everybody here sees it within a minute.",
  doNotCallNeedsReason: "Write what they said.",
  /** Of a number without a country: the list wants one. */
  doNotCallNeedsCountry: "Say the country first, then it can go on the list.",
  saving: "Saving…",
  cancel: "Cancel",
  notNumber: "Not a phone number",
  country: "Wrong country?",
  countryUnclear: "Which country?",
  countryWholeSite: "For all numbers on this site without a country code",
  countrySave: "Use this country",
  countryOther: "Another country (two letters)",
  failed: {
    offline: "The server cannot be reached. Nothing was saved: try again.",
    "signed-out": "You are no longer signed in. Nothing was saved.",
    "not-joined": "You are not signed in. Nothing was saved.",
    "too-old": "This extension is too old for the server. Nothing was saved.",
    refused: "It was not saved: {detail}",
  },
};
