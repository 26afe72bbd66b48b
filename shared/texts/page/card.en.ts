/** The texts of the card, in English (United Kingdom). In a file of their own: pages load them with the card alone. */
import { counted } from "../language.ts";

export const cardEn = {
  /** Instead of the number, where policy hides blocked ones. */
  masked: "Hidden number",
  /** Instead of the number of a link that dials and has none. */
  noNumber: "No number",
  close: "Close",
  /** Of an icon that is for several numbers. */
  numbersHere: counted("{n} number here", "{n} numbers here"),
  backToList: counted("Back to the number", "Back to all {n} numbers"),
  moreHere: counted("And {n} more.", "And {n} more."),
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
  /** What policy says nothing of, as one line. */
  unset: "Your manager has not set {what}.",
  noLine: "what to say",
  noContact: "which address or freephone number you give if they ask",
  noNumberShown: "which number they will see",
  doNotCall: "Put on our do-not-call list",
  /** Where it is on the list for another reason. */
  doNotCallToo: "They told us not to call, too",
  doNotCallWhy: "What did they say?",
  doNotCallExample: "Asked us not to call again",
  doNotCallSave: "Put on the list",
  doNotCallDone: "It is on the list. Everybody here sees it within a minute.",
  doNotCallWaits:
    "The server cannot be reached. It is recorded as soon as the server answers, and held in this browser until then.",
  doNotCallHeld:
    "It is not recorded: the server does not take it, as you are signed out or the extension is outdated. Until you or a colleague have signed in here, only this browser holds the number. Tell a colleague, so that nobody calls.",
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
  countryExample: "Type its name",
  countryNeeded: "Choose a country from the list.",
  /** To a telephone that asks who is calling before it rings. */
  screened: "If their phone asks who is calling and why: “{company}, {what}.”",
  service: "about your order or contract with us",
  calls: {
    general: "about an offer of ours",
    automated: "with a recorded message",
    "claims-management": "about claims management",
    pensions: "about pensions",
  },
  failed: {
    offline: "The server cannot be reached. Nothing was saved: try again.",
    busy: "Too much was asked of the server. Nothing was saved: try again in a minute.",
    "signed-out": "You are no longer signed in. Nothing was saved.",
    "not-joined": "You are not signed in. Nothing was saved.",
    "too-old": "This extension is too old for the server. Nothing was saved.",
    refused: "It was not saved: {detail}",
  },
  /** A number's history, and what else may be done with it. */
  history: {
    open: "History",
    close: "Hide history",
    copy: "Copy number",
    copied: "Copied",
    notCopied: "This page does not let it be copied: select the number and press Ctrl+C.",
    desk: "Open in the desk",
    asking: "Asking the server…",
    noAnswer: "The server did not answer. Try again.",
    refused: "The server did not tell: {detail}",
    called: "Last called",
    held: "Last held",
    objections: "Objections",
    never: "never, as far as is on record",
    none: "none",
    at: "{at}",
    by: "{at}, {by}",
    ended: "(ended {at})",
    /** Where the number comes from, if they ask. */
    from: "We have it from",
    noCrm: "no connected CRM",
    crm: "{name}, as {object}",
    crmSince: "{name}, as {object}, seen there since {at}",
    /** What the CRM's records say of it themselves. */
    crmFrom: { source: "{said}", since: "there since {said}", notice: "notice given: {said}" },
  },
  /** Who said that the number must not be called. */
  from: {
    title: "Who said so?",
    person: "They did, to me",
    colleague: "A colleague passed it on",
    letter: "They wrote: a letter or an e-mail",
    needed: "Say who said so.",
  },
  /** Of what was put on the list half a minute ago at most. */
  undo: {
    button: "Undo",
    busy: "Undoing…",
    done: "Undone. What the number was before counts again.",
    failed: {
      offline: "The server cannot be reached, so it is still on the list. Try again, or tell a manager.",
      busy: "Too much was asked of the server, so it is still on the list. Tell a manager.",
      "signed-out": "You are no longer signed in, so it is still on the list. Tell a manager.",
      "not-joined": "You are not signed in, so it is still on the list. Tell a manager.",
      "too-old": "This extension is too old for the server, so it is still on the list. Tell a manager.",
      refused: "It is still on the list: {detail}",
    },
  },
  /** Whom an objection closes. */
  scope: {
    title: "Who must not be called?",
    unsaid: "They did not say",
    line: "This number",
    person: "This person, on all their numbers",
    company: "The whole company",
    hint: "The number is closed at once. If they did not say, compliance decides about their other numbers.",
  },
  /** Of what is recorded as said. */
  giver: {
    title: "Whose words are they?",
    subscriber: "The subscriber’s, whose line it is: who has the contract, or speaks for the company",
    other: "Another’s, such as a colleague’s or a receptionist’s: it allows nothing",
    needed: "Say whose words they are.",
  },
  callKind: { title: "For which kind of call?", needed: "Say for which kind of call." },
  dayExample: "26/11/2026",
  callBack: {
    open: "Not now: ring on another day",
    title: "Ring again on a day",
    on: "Which day?",
    onNeeded: "Write today or a later day, such as 26/11/2026.",
    givenBy: "Who asked?",
    givenByNeeded: "Write who asked for the call.",
    words: "What did they say?",
    wordsExample: "Ring me on Monday morning",
    wordsNeeded: "Write what they said.",
    hint: "Until that day the number is held for everybody. On the day it may be called, once, and it is reviewed. A number has one such call at a time.",
    hintReview:
      "Until that day the number is held for everybody. Somebody reviews your entry: until then no such call may be made on the day either. A number has one such call at a time.",
    save: "Note the day",
    done: "Noted. The number is held until that day.",
    held: "Held until that day, but the call does not count as asked for: {why}",
  },
};
