/** The card's forms, in English (United Kingdom). In a file of their own: pages load them with the card alone. */
export const cardEn = {
  /** Whom an objection closes. */
  scope: {
    title: "Who must not be called?",
    unsaid: "They did not say",
    line: "This number",
    person: "This person, on all their numbers",
    company: "The whole company",
    hint: "The number is closed at once. If they did not say, compliance decides about their other numbers.",
  },
  callBack: {
    open: "Not now: ring on another day",
    title: "Ring again on a day",
    on: "Which day?",
    onNeeded: "Choose today or a later day.",
    givenBy: "Who asked?",
    givenByNeeded: "Write who asked for the call.",
    words: "What did they say?",
    wordsExample: "Ring me on Monday morning",
    wordsNeeded: "Write what they said.",
    hint: "Until that day the number is held for everybody. On the day it may be called, once, and it is reviewed.",
    save: "Note the day",
    done: "Noted. The number is held until that day.",
  },
  /** Where policy does not say which number they will see. */
  noNumberShown: "Your manager has not set which number they will see.",
};
