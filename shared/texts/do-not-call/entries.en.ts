/** Reasons that entries of the do-not-call list are made with. English (UK). */
export const entriesEn = {
  callBack: "Asked to be called on {day}.",
};
