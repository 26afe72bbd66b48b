/** What the law wants of a call, and how far its rules were seen, in English (United Kingdom). */
import type { ExplainingClause } from "../../check/explain.ts";
import { clauseWords } from "../policy/clause-words.en.ts";

/** What the policy calls them. */
const called = <Path extends ExplainingClause>(...paths: readonly Path[]) =>
  Object.fromEntries(paths.map((path) => [path, clauseWords[path]![0]])) as Record<Path, string>;

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
  /** Of a reason without a rule of law, or beside it. */
  ours: "Our own policy: {clause}.",
  clauses: called(
    "inHouse",
    "withheldCallerId",
    "identity.ownNumbers",
    "screening.maxListAgeDays",
    "screening.lookupsPerDay",
    "screening.offlineMinutes",
    "screening.heldRegions",
    "screening.graceDays",
    "grounds",
    "numbers.defaultRegion",
    "numbers.lineRegion",
    "hours",
    "holidays",
    "consents.recordedBy",
    "campaigns.pensionsAuthorised",
    "identity.presentationNumber",
    "registers",
    "campaigns.onRequest",
  ) satisfies Record<ExplainingClause, string>,
  strict: "No rule of law is known here of such a call: read strictly.",
  record: "What is on record here, or what is missing.",
};
