/** Reasons that entries of the do-not-call list are made with, and consents refused. English (UK). */
export const entriesEn = {
  unsaid: "Somebody in the same CRM record objected on another number. Nobody has said whom it is meant for.",
  theirs: "No other record holds it any more.",
  /** Whom an objection closes, in a mail. */
  meant: {
    line: "the number alone",
    person: "the person, with all their numbers",
    open: "the person; the number itself, which others share, stays open",
    company: "the company",
  },
  undone: "Undone within half a minute by the person who entered it.",
  /** Who said that a number must not be called, as an entry's source. */
  from: {
    person: "said by the called person",
    colleague: "passed on by a colleague",
    letter: "in a letter or an e-mail",
  },
  /** By a log of calls. */
  logged: {
    objected: { reason: "They want no such calls.", source: "said in a call, by a log" },
    offer: { reason: "They said no to an offer.", source: "said in a call, by a log" },
  },
  withdrew: { reason: "They withdrew their consent to calls.", source: "withdrawal of a consent" },
  notSubscriber: "Another gave it, not the subscriber.",
  callBack: "Asked to be called on {day}.",
};
