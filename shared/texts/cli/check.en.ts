/** `cleardial explain`: what it says, and its help. English (UK). */
export const explainCliEn = {
  title: "{number}: {verdict}",
  asked: { call: "A {kind} call at {at} (UTC).", message: "A {kind} text or chat at {at} (UTC)." },
  past: "By what was on record then.",
  place: "Country {region}, {line}, {party}.",
  line: { fixed: "a fixed line", mobile: "a mobile", unknown: "fixed or mobile: not known" },
  party: {
    consumer: "a consumer’s ({source})",
    "sole-trader": "a sole trader’s ({source})",
    partnership: "a partnership’s ({source})",
    company: "a company’s ({source})",
    unknown: "whose it is: not known",
  },
  source: {
    officer: "an officer said so",
    connector: "by a CRM’s field",
    register: "by a register",
    import: "by an import",
  },
  kinds: {
    general: "general",
    automated: "automated",
    "claims-management": "claims management",
    pensions: "pensions",
  },
  clause: "Our own policy: {clause} ({path}).",
};

export const explainHelpEn = {
  explain:
    "says why a number may or may not be called: the rule, its source and the day it was looked up, for each reason",
  number: "the number, as people write it",
  at: "a day (YYYY-MM-DD, judged at noon where the number is) or a time; a past one by what was on record then",
  as: "the kind of call",
  message: "a text or a chat, not a call",
  wantsMoment: "Give a day such as 2026-11-25, or a time such as 2026-11-25T14:30:00Z.",
};
